/** A choice of a form. @module */

/** One of several. */
export function Choice(
  { name, options, selected }: { name: string; options: readonly string[]; selected?: string },
) {
  return (
    <select name={name} id={name} aria-describedby={`${name}-fault`}>
      {options.map((option) => (
        <option value={option} selected={option === selected}>{option}</option>
      ))}
    </select>
  );
}
