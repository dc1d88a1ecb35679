/** Return the folder of a file, as a path from the project folder. */
export function folderOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}

/** Return the path from a folder to a file, both given from the project folder. */
export function fromFolder(folder: string, file: string): string {
  const from = folder === '' ? [] : folder.split('/');
  const to = file.split('/');
  let same = 0;
  while (same < from.length && from[same] === to[same]) {
    same++;
  }
  return [...from.slice(same).map(() => '..'), ...to.slice(same)].join('/');
}

/** Return the path from the project folder of a file that is named from another folder. */
export function inProject(folder: string, file: string): string {
  const steps = folder === '' ? [] : folder.split('/');
  for (const step of file.split('/')) {
    if (step === '..') {
      steps.pop();
    } else if (step !== '.' && step !== '') {
      steps.push(step);
    }
  }
  return steps.join('/');
}
