import type { Connection } from "./connection.ts";

/** Notes which packages stand behind one of the same full name in a repository that goes before theirs. */
export function shadow(connection: Connection): void {
  const several = connection.prepare("SELECT 1 FROM repository WHERE priority > 0").get() !== undefined;
  const isBehind = `EXISTS (SELECT 1 FROM remote_package o JOIN repository r ON r.id = o.repository
    WHERE o.name = remote_package.name AND o.version = remote_package.version
      AND r.priority < (SELECT priority FROM repository WHERE id = remote_package.repository))`;
  const sql = `UPDATE remote_package SET shadowed = NOT shadowed WHERE shadowed <> ${several ? isBehind : "0"}`;
  connection.prepare(sql).run();
}
