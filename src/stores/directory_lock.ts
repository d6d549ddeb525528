/**
 * Directory lock: two processes must not share a data directory. Each would take the other's
 * unfinished blobs for leftovers of a crash and sweep them away.
 *
 * @module
 */
import { ConflictError } from "../errors.ts";

/** A lock that is held; it goes with the process, however that ends. */
export interface DirectoryLock {
  release(): void;
}

/**
 * Takes the lock of a directory, which is made if it is not there.
 *
 * @throws {ConflictError} If another process, or this one, has it.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  await Deno.mkdir(directory, { recursive: true });
  const file = await Deno.open(`${directory}/lock`, { create: true, read: true, write: true });
  try {
    if (await file.tryLock(true)) {
      // Only for people who look: the lock is the operating system's, not what the file says.
      await file.truncate();
      await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
      return { release: () => file.close() };
    }
    const holder = new TextDecoder().decode((await readSome(file)).subarray(0, 20)).trim();
    throw new ConflictError(
      `Cannot use the data directory: process ${holder || "unknown"} uses it, ${directory}`,
    );
  } catch (error) {
    file.close();
    throw error;
  }
}

async function readSome(file: Deno.FsFile): Promise<Uint8Array> {
  const buffer = new Uint8Array(32);
  return buffer.subarray(0, await file.read(buffer) ?? 0);
}
