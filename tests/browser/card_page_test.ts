/**
 * A model's card in a real browser: whole in itself, nothing wider than a phone, light and dark.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { chromium } from "playwright-core";
import { fakeFullModel } from "../support/models.ts";
import { testApp } from "../support/http_client.ts";
import { serving } from "../support/serve.ts";
