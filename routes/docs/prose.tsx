/** Text of the OpenAPI document on a page. @module */

/** Paragraphs lie between empty lines, code between backticks; all else is as it stands. */
export function Prose({ text }: { text: string }) {
  return (
    <>
      {text.split(/\n{2,}/).map((paragraph) => (
        <p>
          <Line text={paragraph} />
        </p>
      ))}
    </>
  );
}

/** One line or paragraph of it. */
export function Line({ text }: { text: string }) {
  // What was between backticks comes at odd places.
  return <>{text.split("`").map((part, place) => place % 2 === 1 ? <code>{part}</code> : part)}</>;
}
