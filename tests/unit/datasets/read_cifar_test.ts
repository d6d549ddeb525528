import { assertEquals, assertRejects } from "@std/assert";
import { ByteReader } from "../../../src/datasets/byte_reader.ts";
import {
  cifarRecords,
  isCifar,
  mayBeCifar,
  parseCifarNames,
  readCifar,
} from "../../../src/datasets/read_cifar.ts";
import { CorruptError, UnsupportedError } from "../../../src/errors.ts";
import { streamOf } from "../../support/dataset_fixture.ts";
import { makeCifar } from "../../support/make_cifar.ts";

const read = (bytes: Uint8Array) =>
  Array.fromAsync(readCifar(new ByteReader(streamOf(bytes, 1000))));

Deno.test("records become RGB pixels, row by row, and labels", async () => {
  const file = makeCifar([3, 0, 9]);
  const records = await read(file);
  assertEquals(records, [...cifarRecords(file)]);
  assertEquals(records.map(({ label }) => label), [3, 0, 9]);
  const { pixels, width, height, channels } = records[2]!.image;
  assertEquals([width, height, channels], [32, 32, 3]);
  // Red is the record, green the column, blue the row.
  const at = (
    row: number,
    column: number,
  ) => [...pixels.subarray(3 * (32 * row + column)).subarray(0, 3)];
  assertEquals(at(0, 0), [2, 0, 0]);
  assertEquals(at(0, 5), [2, 5, 0]);
  assertEquals(at(31, 7), [2, 7, 31]);
});

Deno.test("a file is one if it has whole records with labels below ten", () => {
  assertEquals(isCifar(makeCifar([0, 9])), true);
  assertEquals(isCifar(makeCifar([0, 10])), false);
  assertEquals(isCifar(makeCifar([0]).slice(0, 3072)), false);
  assertEquals(isCifar(new Uint8Array()), false);
  assertEquals(mayBeCifar(Uint8Array.of(9)), true);
  assertEquals(mayBeCifar(Uint8Array.of(10)), false);
  assertEquals(mayBeCifar(new Uint8Array()), false);
});

Deno.test("a body that is none from the start is not supported, from later on corrupt", async () => {
  await assertRejects(() => read(makeCifar([10, 1])), UnsupportedError);
  await assertRejects(() => read(new Uint8Array(100)), UnsupportedError);
  await assertRejects(() => read(makeCifar([1, 2, 77])), CorruptError, "record 2 has the label 77");
  await assertRejects(
    () => read(makeCifar([1, 2]).slice(0, -1)),
    CorruptError,
    "record 1 has 3072 bytes instead of 3073",
  );
});

Deno.test("names are ten different lines", () => {
  const ten = Array.from({ length: 10 }, (_, i) => `class ${i}`);
  assertEquals(parseCifarNames(`${ten.join("\r\n")}\n\n`), ten);
  assertEquals(parseCifarNames(ten.slice(1).join("\n")), undefined);
  assertEquals(parseCifarNames([...ten.slice(1), "class 1"].join("\n")), undefined);
  assertEquals(parseCifarNames(""), undefined);
});
