/** A model in a shape that OpenAI's clients can list. @module */
import { z } from "zod";
import { JudgedModel, Model } from "../src/schemas/model.ts";

/** What OpenAI's clients look for. */
const openAi = {
  object: z.literal("model"),
  created: z.int().describe("createdAt in seconds since the epoch"),
  owned_by: z.literal("alike"),
};

/** A model, for OpenAI's clients too. */
export const ModelObject = Model.extend(openAi).meta({ id: "ModelObject" });

/** The same with what evaluations found out. */
export const JudgedModelObject = JudgedModel.extend(openAi).meta({ id: "JudgedModelObject" });

/** Adds what OpenAI's clients look for. */
export function toModelObject<T extends Model>(model: T) {
  const created = Math.floor(Date.parse(model.createdAt) / 1000);
  return { ...model, object: "model" as const, created, owned_by: "alike" as const };
}
