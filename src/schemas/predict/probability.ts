/** A share of certainty. @module */
import { z } from "zod";

export const probability = z.number().min(0).max(1);
