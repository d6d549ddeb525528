/** What every page of the dashboard has around it. @module */
import { type Child, useContext } from "hono/jsx";
import { SignedIn } from "./signed_in.ts";

/** The parts of the dashboard, as the navigation names them. */
export type Section =
  | "home"
  | "datasets"
  | "jobs"
  | "models"
  | "collections"
  | "serving"
  | "api"
  | "none";

const SECTIONS: { section: Section; href: string; label: string }[] = [
  { section: "datasets", href: "/datasets", label: "Data sets" },
  { section: "jobs", href: "/jobs", label: "Jobs" },
  { section: "models", href: "/models", label: "Models" },
  { section: "collections", href: "/collections", label: "Collections" },
  { section: "serving", href: "/serving", label: "Serving" },
  { section: "api", href: "/docs", label: "API" },
];

/** What {@linkcode Layout} is given. */
export interface LayoutProps {
  title: string;
  section: Section;
  /** ES modules of `assets/` that the page runs. */
  scripts?: string[];
  /** More style sheets of `assets/`. */
  styles?: string[];
  children?: Child;
}

/** A whole document. */
export function Layout({ title, section, scripts = [], styles = [], children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · Alike`}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/style.css" />
        {styles.map((style) => <link rel="stylesheet" href={`/assets/${style}`} />)}
        {scripts.map((script) => <script type="module" src={`/assets/${script}`}></script>)}
      </head>
      <body>
        <a class="skip" href="#main">Skip to content</a>
        <header class="bar">
          <a class="brand" href="/" aria-current={section === "home" ? "page" : undefined}>
            <img src="/assets/icon.svg" alt="" width="28" height="28" />
            <span>Alike</span>
          </a>
          <nav aria-label="Main">
            {SECTIONS.map((entry) => (
              <a href={entry.href} aria-current={entry.section === section ? "page" : undefined}>
                {entry.label}
              </a>
            ))}
          </nav>
          {useContext(SignedIn) && (
            <form method="post" action="/logout">
              <button type="submit">Sign out</button>
            </form>
          )}
        </header>
        <main id="main" tabindex={-1}>{children}</main>
        <div id="toasts" role="status" aria-live="polite"></div>
      </body>
    </html>
  );
}
