/** The fields of a schema, those within fields folded up. @module */
import { refName, resolveSchema, type Schema, type Schemas } from "./api_document.ts";
import { Line } from "./prose.tsx";
import { schemaType } from "./schema_type.ts";

/** What {@linkcode SchemaFields} is given. */
export interface SchemaFieldsProps {
  schema: Schema;
  schemas: Schemas;
  /** Whether it is answered: there most fields are always there, of a request most may be left out. */
  isAnswer: boolean;
}

/** Every field with type, range, default and what it means. Nothing, where there are no fields. */
export function SchemaFields({ schema, schemas, isAnswer }: SchemaFieldsProps) {
  const shared = { schemas, isAnswer };
  const whole = resolveSchema(schema, schemas);
  if (whole.properties !== undefined) {
    const required = new Set(whole.required);
    return (
      <ul class="schema">
        {Object.entries(whole.properties).map(([name, field]) => (
          <Field name={name} schema={field} {...shared} isRequired={required.has(name)} />
        ))}
      </ul>
    );
  }
  const choices = (whole.anyOf ?? whole.oneOf ?? []).filter((choice) => hasFields(choice, schemas));
  if (choices.length === 1) return <SchemaFields schema={choices[0]!} {...shared} />;
  if (choices.length > 1) {
    return <>{choices.map((choice) => <Choice schema={choice} {...shared} />)}</>;
  }
  const inner = innerOf(whole);
  return inner === undefined ? null : <SchemaFields schema={inner} {...shared} />;
}

function Field(
  { name, schema, schemas, isAnswer, isRequired }: SchemaFieldsProps & {
    name: string;
    isRequired: boolean;
  },
) {
  const { default: value, description, pattern, example } = resolveSchema(schema, schemas);
  return (
    <li>
      <p>
        <code class="name">{name}</code> <span class="soft">{schemaType(schema, schemas)}</span>
        {isRequired !== isAnswer && (
          <>
            {" "}
            <span class="badge">{isAnswer ? "not always" : "required"}</span>
          </>
        )}
        {value !== undefined && (
          <span class="soft">
            , default <code>{JSON.stringify(value)}</code>
          </span>
        )}
        {pattern !== undefined && (
          <span class="soft">
            , like <code>{pattern}</code>
          </span>
        )}
        {typeof example !== "object" && example !== undefined && (
          <span class="soft">
            , e.g. <code>{JSON.stringify(example)}</code>
          </span>
        )}
      </p>
      {description !== undefined && (
        <p class="soft">
          <Line text={description} />
        </p>
      )}
      {hasFields(schema, schemas) && (
        <details>
          <summary>
            Fields of <code>{name}</code>
          </summary>
          <SchemaFields schema={schema} schemas={schemas} isAnswer={isAnswer} />
        </details>
      )}
    </li>
  );
}

/** One of several kinds of object. */
function Choice({ schema, schemas, isAnswer }: SchemaFieldsProps) {
  const { description, properties = {} } = resolveSchema(schema, schemas);
  // What tells it from the others: a field that can have one value only, as `name` or `type`.
  const mark = Object.entries(properties).find(([, field]) => field.enum?.length === 1);
  const name = schema.$ref === undefined ? "An object" : refName(schema.$ref);
  return (
    <details>
      <summary>
        {mark === undefined
          ? name
          : <code>{`${mark[0]}: ${JSON.stringify(mark[1].enum![0])}`}</code>}
        {description !== undefined && (
          <span class="soft">
            {" "}
            <Line text={description} />
          </span>
        )}
      </summary>
      <SchemaFields schema={schema} schemas={schemas} isAnswer={isAnswer} />
    </details>
  );
}

/** What a list or a map is of. */
function innerOf({ items, prefixItems, additionalProperties }: Schema): Schema | undefined {
  if (typeof additionalProperties === "object") return additionalProperties;
  return items ?? prefixItems?.[0];
}

function hasFields(schema: Schema, schemas: Schemas): boolean {
  const whole = resolveSchema(schema, schemas);
  if (whole.properties !== undefined) return true;
  const inner = innerOf(whole);
  const parts = [...(whole.anyOf ?? whole.oneOf ?? []), ...(inner === undefined ? [] : [inner])];
  return parts.some((part) => hasFields(part, schemas));
}
