import type { Detail } from './endpoint';

/** Write a request as a line for the shell; the key is read from its file, so that it is not copied along. */
export function curlOf({ endpoint, key_file }: Detail, body: string): string {
  const quoted = body.replace(/'/g, "'\\''");
  return [
    `curl ${endpoint.url ?? ''}/invocations \\`,
    `  -H "Authorization: Bearer $(cat ${key_file})" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${quoted}'`
  ].join('\n');
}
