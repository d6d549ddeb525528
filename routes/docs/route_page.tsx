/** The page of a route. @module */
import { Layout } from "../pages/layout.tsx";
import { resolveSchema, routesOf } from "./api_document.ts";
import type { ApiDocument, Content, Route, Schemas } from "./api_document.ts";
import { Method, RouteList } from "./docs_page.tsx";
import { Line, Prose } from "./prose.tsx";
import { RequestForm } from "./request_form.tsx";
import { SchemaFields } from "./schema_fields.tsx";
import { schemaType } from "./schema_type.ts";

/** What it does, a form to try it out, and everything that goes in and comes out. */
export function RoutePage({ route, document }: { route: Route; document: ApiDocument }) {
  const { method, path, operation } = route;
  const { schemas } = document.components;
  const [tag] = operation.tags;
  const others = routesOf(document).filter((other) =>
    other.operation.tags.includes(tag!) && other.operation !== operation
  );
  return (
    <Layout
      title={operation.summary}
      section="api"
      styles={["docs.css"]}
      scripts={["try_request.js"]}
    >
      <p class="small">
        <a href="/docs">API</a> / <a href={`/docs#${tag}`}>{tag}</a>
      </p>
      <h1>{operation.summary}</h1>
      <p class="address">
        <Method name={method} />
        <code>{path}</code>
      </p>
      {operation.description !== undefined && (
        <div class="prose">
          <Prose text={operation.description} />
        </div>
      )}
      <section>
        <h2>Try it out</h2>
        <RequestForm route={route} schemas={schemas} />
      </section>
      {operation.requestBody !== undefined && (
        <section>
          <h2>The body</h2>
          <Bodies content={operation.requestBody.content} schemas={schemas} isAnswer={false} />
        </section>
      )}
      <section>
        <h2>The answer</h2>
        {Object.entries(operation.responses).filter(([status]) => Number(status) < 400).map((
          [status, { description, content }],
        ) => (
          <>
            <h3>
              {status} <Line text={description} />
            </h3>
            {content !== undefined && <Bodies content={content} schemas={schemas} isAnswer />}
          </>
        ))}
      </section>
      <section>
        <h2>Refusals</h2>
        <Refusals route={route} schemas={schemas} />
      </section>
      {others.length > 0 && (
        <section>
          <h2>{`More of ${tag}`}</h2>
          <RouteList routes={others} />
        </section>
      )}
    </Layout>
  );
}

/** What a body may be, by media type; what is a file whatever its type is said once. */
function Bodies(
  { content, schemas, isAnswer }: { content: Content; schemas: Schemas; isAnswer: boolean },
) {
  const bodies = Map.groupBy(
    Object.entries(content),
    ([mediaType, { schema }]) => schema.format === "binary" ? "file" : mediaType,
  );
  return (
    <>
      {[...bodies.values()].map((body) => {
        const { schema } = body[0]![1];
        const { description, example } = resolveSchema(schema, schemas);
        return (
          <div class="card body">
            <p>
              {body.map(([mediaType]) => (
                <>
                  <code>{mediaType}</code>
                  {" "}
                </>
              ))}
              <span class="soft">{schemaType(schema, schemas)}</span>
            </p>
            {description !== undefined && (
              <p>
                <Line text={description} />
              </p>
            )}
            <SchemaFields schema={schema} schemas={schemas} isAnswer={isAnswer} />
            {example !== undefined && (
              <details>
                <summary>An example</summary>
                <pre>{JSON.stringify(example, null, 2)}</pre>
              </details>
            )}
          </div>
        );
      })}
    </>
  );
}

/** What it answers where it cannot do what is asked; nearly all are problem documents of one shape. */
function Refusals({ route: { operation }, schemas }: { route: Route; schemas: Schemas }) {
  const refusals = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400);
  // The same body under several statuses is shown once.
  const contents = new Map(
    refusals.map(([, { content = {} }]) => [JSON.stringify(content), content]),
  );
  if (refusals.length === 0) return <p class="soft">None of its own.</p>;
  return (
    <>
      <dl class="facts">
        {refusals.map(([status, { description }]) => (
          <>
            <dt>{status}</dt>
            <dd>
              <Line text={description} />
            </dd>
          </>
        ))}
      </dl>
      {[...contents.values()].map((content) => (
        <details class="refusal">
          <summary>The body of a refusal</summary>
          <Bodies content={content} schemas={schemas} isAnswer />
        </details>
      ))}
    </>
  );
}
