/** The pictures of a folder and of those below it, in order of name. @module */

const PICTURE = /\.(jpe?g|png|webp|gif)$/i;

/** Their paths. */
export async function picturesIn(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) paths.push(...await picturesIn(path));
    else if (PICTURE.test(name)) paths.push(path);
  }
  return paths.sort();
}
