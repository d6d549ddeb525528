/** What a form has no fields for, as JSON. @module */

/** A box for the rest of a request. @param example Of such a rest. */
export function MoreFields(
  { example, value = "" }: { example: string; value?: string | undefined },
) {
  return (
    <fieldset>
      <legend>More</legend>
      <label for="more">
        Any other field of the request, as JSON{" "}
        <span class="hint">{`for example ${example}; see the API`}</span>
      </label>
      <textarea id="more" name="more" rows={3} spellcheck={false}>{value}</textarea>
      <p class="fault" data-fault="more"></p>
    </fieldset>
  );
}
