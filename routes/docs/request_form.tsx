/** A form that sends a request of a route. @module */
import { useContext } from "hono/jsx";
import { SignedIn } from "../pages/signed_in.ts";
import { type Content, type Parameter, resolveSchema } from "./api_document.ts";
import type { Route, Schema, Schemas } from "./api_document.ts";
import { Line } from "./prose.tsx";
import { schemaExample } from "./schema_example.ts";
import { schemaType } from "./schema_type.ts";

// Fields have no attribute `name`: a field of the name `dataset` or `id` would stand for the form's own.

/** Lines of the field of a body, at most. */
const MOST_ROWS = 24;

/** Fields for the parameters and the body, the same as a line for a shell, and room for the answer. */
export function RequestForm({ route, schemas }: { route: Route; schemas: Schemas }) {
  const { method, path, operation } = route;
  const { parameters = [], requestBody, security } = operation;
  // A key is asked for only where there are any, and then whoever looks around has signed in.
  const isKeyed = useContext(SignedIn) && security?.length !== 0;
  return (
    <form class="card try" data-try data-method={method} data-path={path} data-keyed={isKeyed}>
      {parameters.length > 0 && (
        <div class="fields">
          {parameters.map((parameter) => (
            <ParameterField parameter={parameter} schemas={schemas} />
          ))}
        </div>
      )}
      {requestBody !== undefined && <BodyField content={requestBody.content} schemas={schemas} />}
      <div>
        <h3>In a shell</h3>
        <pre data-curl></pre>
      </div>
      <p class="actions">
        <button class="primary" type="submit">Send the request</button>
        <button type="button" data-stop hidden>Stop</button>
      </p>
      <p role="status" data-status></p>
      <div data-answer hidden>
        <h3>What came back</h3>
        <div data-body></div>
        <details>
          <summary>Headers</summary>
          <pre data-headers></pre>
        </details>
      </div>
    </form>
  );
}

function ParameterField({ parameter, schemas }: { parameter: Parameter; schemas: Schemas }) {
  const { name, required = false, schema, description, in: place } = parameter;
  const id = `${place}.${name}`;
  const { enum: values, default: preset } = resolveSchema(schema, schemas);
  const about = description ?? resolveSchema(schema, schemas).description;
  return (
    <div>
      <label for={id}>
        <code>{name}</code>{" "}
        <span class="hint">
          {`${place}, ${required ? "required" : "optional"}: ${schemaType(schema, schemas)}`}
        </span>
      </label>
      {values === undefined
        ? (
          <input
            id={id}
            data-name={name}
            data-in={place}
            required={required}
            value={required ? String(schemaExample(schema, schemas)) : undefined}
            placeholder={preset === undefined ? undefined : String(preset)}
            aria-describedby={`${id}-about`}
            autocomplete="off"
            spellcheck={false}
          />
        )
        : (
          <select id={id} data-name={name} data-in={place} aria-describedby={`${id}-about`}>
            {!required && (
              <option value="">{preset === undefined ? "not sent" : `not sent: ${preset}`}</option>
            )}
            {values.map((value) => <option>{String(value)}</option>)}
          </select>
        )}
      <p class="hint" id={`${id}-about`}>{about !== undefined && <Line text={about} />}</p>
    </div>
  );
}

/** The body: one of several media types, each with fields of its own. */
function BodyField({ content, schemas }: { content: Content; schemas: Schemas }) {
  const types = Object.keys(content);
  const files = types.filter((type) => isFile(content[type]!.schema));
  const parts = types.filter((type) => !files.includes(type));
  return (
    <fieldset>
      <legend>Body</legend>
      {/* Where there is one only, the field says what it is. */}
      <p hidden={types.length === 1}>
        <label for="body-type">Sent as</label>
        <select id="body-type" data-body-type autocomplete="off">
          {types.map((type) => <option>{type}</option>)}
        </select>
      </p>
      {parts.map((type) => (
        <div data-sent-as={type} hidden={type !== types[0]}>
          {type === "multipart/form-data"
            ? <FormFields schema={content[type]!.schema} schemas={schemas} />
            : <JsonField schema={content[type]!.schema} schemas={schemas} />}
        </div>
      ))}
      {files.length > 0 && (
        <div data-sent-as={files.join(" ")} hidden={!files.includes(types[0]!)}>
          <label for="body-file">File</label>
          <input id="body-file" type="file" data-file />
        </div>
      )}
    </fieldset>
  );
}

function JsonField({ schema, schemas }: { schema: Schema; schemas: Schemas }) {
  const text = JSON.stringify(schemaExample(schema, schemas), null, 2);
  return (
    <>
      <label for="body-json">JSON</label>
      <textarea
        id="body-json"
        data-json
        rows={Math.min(text.split("\n").length + 1, MOST_ROWS)}
        spellcheck={false}
        autocomplete="off"
      >
        {text}
      </textarea>
    </>
  );
}

/** Fields of a form; where any name is allowed, files under names of their own. */
function FormFields({ schema, schemas }: { schema: Schema; schemas: Schemas }) {
  const { properties, required = [] } = resolveSchema(schema, schemas);
  if (properties === undefined) {
    return (
      <>
        <label for="form-files">Files</label>
        <input id="form-files" type="file" data-part="" multiple />
      </>
    );
  }
  return (
    <div class="fields">
      {Object.entries(properties).map(([name, field]) => {
        const { default: preset, type, items } = resolveSchema(field, schemas);
        const id = `form.${name}`;
        return (
          <div>
            <label for={id}>
              <code>{name}</code>{" "}
              <span class="hint">
                {`${required.includes(name) ? "required" : "optional"}: ${
                  schemaType(field, schemas)
                }`}
              </span>
            </label>
            {isFile(field) || (items !== undefined && isFile(items))
              ? <input id={id} type="file" data-part={name} multiple={type === "array"} />
              : (
                <input
                  id={id}
                  data-part={name}
                  placeholder={preset === undefined ? undefined : String(preset)}
                  autocomplete="off"
                />
              )}
          </div>
        );
      })}
    </div>
  );
}

function isFile({ format }: Schema): boolean {
  return format === "binary";
}
