export function ntXentValueAndGradient(..._a: any[]): any {}
