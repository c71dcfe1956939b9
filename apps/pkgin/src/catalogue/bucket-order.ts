import type { RemotePackage } from "summary-to-sqlite";
import { nameBucket } from "../plan/order.ts";

const BUCKETS = 4096n;

/** Sorts as pkgin's table of remote packages has them; of one name the highest full name comes first. */
export function inBucketOrder(packages: readonly RemotePackage[]): RemotePackage[] {
  return packages
    .map((entry) => ({ entry, bucket: nameBucket(entry.name, BUCKETS), key: Buffer.from(entry.fullName) }))
    .toSorted((a, b) => a.bucket - b.bucket || Buffer.compare(b.key, a.key))
    .map(({ entry }) => entry);
}
