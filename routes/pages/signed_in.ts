/** Whether who looks at a page gave a key for it, so that the page has a way out. @module */
import { createContext } from "hono/jsx";

/** Without keys nobody has to. */
export const SignedIn = createContext(false);
