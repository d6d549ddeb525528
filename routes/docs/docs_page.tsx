/** All routes of the API. @module */
import { Layout } from "../pages/layout.tsx";
import { type ApiDocument, type Route, routesOf } from "./api_document.ts";
import { Prose } from "./prose.tsx";

/** The list, with a link to the page of each. */
export function DocsPage({ document }: { document: ApiDocument }) {
  const { info, tags } = document;
  const routes = routesOf(document);
  return (
    <Layout title="API" section="api" styles={["docs.css"]}>
      <h1>API</h1>
      <p class="soft">
        {`Version ${info.version}; as an OpenAPI 3.1 document: `}
        <a href="/openapi.json">openapi.json</a>
      </p>
      <div class="prose">
        <Prose text={info.description} />
      </div>
      {tags.map(({ name, description }) => (
        <section id={name}>
          <h2>{name}</h2>
          <p class="soft">{description}</p>
          <RouteList routes={routes.filter(({ operation }) => operation.tags.includes(name))} />
        </section>
      ))}
    </Layout>
  );
}

/** Routes, a line each. */
export function RouteList({ routes }: { routes: Route[] }) {
  return (
    <ul class="routes card">
      {routes.map(({ method, path, operation }) => (
        <li>
          <a href={`/docs/${operation.operationId}`}>
            <Method name={method} />
            <code>{path}</code>
            <span>{operation.summary}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** A method, in its colour. */
export function Method({ name }: { name: string }) {
  return <span class={`badge method ${name.toLowerCase()}`}>{name}</span>;
}
