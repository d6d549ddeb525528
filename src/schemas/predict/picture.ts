/** What predictions that answer with a picture share. @module */
import { z } from "zod";

export const pngUri = z.string().startsWith("data:image/png;base64,");
export const imageSize = z.int().describe("Height and width, pixels: the model's");
export const decibels = z.number();
