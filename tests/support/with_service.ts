/** A service as a process of its own, for as long as a test takes. @module */
import { ServiceProcess } from "./service_process.ts";
import { withTempDir } from "./temp_dir.ts";

/** Starts it on a new data directory, with one replica; both are gone afterwards. */
export async function withService(
  work: (url: string) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  await withTempDir(async (folder) => {
    await using service = new ServiceProcess({
      ALIKE_PORT: "0",
      ALIKE_DATA_DIR: folder,
      ALIKE_REPLICAS: "1",
      ...env,
    });
    await work(await service.url);
  });
}
