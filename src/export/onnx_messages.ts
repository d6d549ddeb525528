/**
 * The messages of ONNX (onnx.proto3 of the ONNX project, IR version 8) that a file of ours needs,
 * with the field numbers of the specification.
 *
 * @module
 */
import protobuf from "protobufjs/light.js";

/** Element types of tensors. */
export const ELEMENT = { float32: 1, uint8: 2, int64: 7 } as const;

/** A tensor's numbers. */
export interface OnnxTensor {
  name: string;
  dims: number[];
  dataType: number;
  /** Little-endian. */
  rawData: Uint8Array;
}

/** An option of a node: one number, or several. */
export type OnnxAttribute =
  | { name: string; type: 2; i: number }
  | { name: string; type: 7; ints: number[] };

/** An operation. */
export interface OnnxNode {
  name: string;
  opType: string;
  input: string[];
  output: string[];
  attribute: OnnxAttribute[];
}

/** A named input or output. */
export interface OnnxValue {
  name: string;
  docString: string;
  type: {
    tensorType: {
      elemType: number;
      shape: { dim: ({ dimParam: string } | { dimValue: number })[] };
    };
  };
}

/** A file. */
export interface OnnxModel {
  irVersion: number;
  opsetImport: { domain: string; version: number }[];
  producerName: string;
  docString: string;
  metadataProps: { key: string; value: string }[];
  graph: {
    name: string;
    node: OnnxNode[];
    initializer: OnnxTensor[];
    input: OnnxValue[];
    output: OnnxValue[];
  };
}

type Field = { id: number; type: string; rule?: "repeated" };
const one = (id: number, type: string): Field => ({ id, type });
const many = (id: number, type: string): Field => ({ id, type, rule: "repeated" });

const messages: Record<string, Record<string, Field>> = {
  ModelProto: {
    irVersion: one(1, "int64"),
    producerName: one(2, "string"),
    docString: one(6, "string"),
    graph: one(7, "GraphProto"),
    opsetImport: many(8, "OperatorSetIdProto"),
    metadataProps: many(14, "StringStringEntryProto"),
  },
  OperatorSetIdProto: { domain: one(1, "string"), version: one(2, "int64") },
  StringStringEntryProto: { key: one(1, "string"), value: one(2, "string") },
  GraphProto: {
    node: many(1, "NodeProto"),
    name: one(2, "string"),
    initializer: many(5, "TensorProto"),
    input: many(11, "ValueInfoProto"),
    output: many(12, "ValueInfoProto"),
  },
  NodeProto: {
    input: many(1, "string"),
    output: many(2, "string"),
    name: one(3, "string"),
    opType: one(4, "string"),
    attribute: many(5, "AttributeProto"),
  },
  AttributeProto: {
    name: one(1, "string"),
    i: one(3, "int64"),
    ints: many(8, "int64"),
    type: one(20, "int32"),
  },
  TensorProto: {
    dims: many(1, "int64"),
    dataType: one(2, "int32"),
    name: one(8, "string"),
    rawData: one(9, "bytes"),
  },
  ValueInfoProto: {
    name: one(1, "string"),
    type: one(2, "TypeProto"),
    docString: one(3, "string"),
  },
  TypeProto: { tensorType: one(1, "TensorTypeProto") },
  TensorTypeProto: { elemType: one(1, "int32"), shape: one(2, "TensorShapeProto") },
  TensorShapeProto: { dim: many(1, "DimensionProto") },
  DimensionProto: { dimValue: one(1, "int64"), dimParam: one(2, "string") },
};

const root = protobuf.Root.fromJSON({
  nested: {
    onnx: {
      nested: Object.fromEntries(
        Object.entries(messages).map(([name, fields]) => [name, { fields }]),
      ),
    },
  },
});

/** The file's bytes. */
export function encodeOnnx(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const type = root.lookupType("onnx.ModelProto");
  return new Uint8Array(type.encode(type.create({ ...model })).finish());
}
