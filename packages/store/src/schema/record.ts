/** What is written beside the model. */
export interface RecordTables {
  audit_event: AuditEventTable;
  audit_block: AuditBlockTable;
  feed_counter: FeedCounterTable;
  feed: FeedTable;
  data_key: DataKeyTable;
}

/** The record of a change, written in its transaction. */
interface AuditEventTable {
  account_id: string;
  event_id: string;
  event_time: number;
  event_source: string;
  event_name: string;
  /** Null for an anonymous caller. */
  access_key_id: string | null;
  /** Null when the call succeeded. */
  error_code: string | null;
  /** JSON of the whole record. */
  record: string;
}

/** Records of reads and refusals, many to a row: they come too often for a row each. */
interface AuditBlockTable {
  account_id: string;
  /** The earliest of its events. */
  first_time: number;
  block_id: string;
  /** The latest. */
  last_time: number;
  /** How many records it holds. */
  events: number;
  /** A JSON array of records, compressed with zstd, in base64. */
  records: string;
}

/**
 * `feed`: the last number given out. `holder`, on PostgreSQL alone: how often the database was taken
 * by a node, the epoch 1 until it said goodbye.
 */
interface FeedCounterTable {
  name: 'feed' | 'holder';
  epoch: number;
  number: number;
}

/** What changed, in commit order, without gaps. Never a secret. */
interface FeedTable {
  number: number;
  /** Order within the transaction. */
  position: number;
  account_id: string;
  kind: string;
  id: string;
  changed_at: number;
}

/** Data keys, wrapped by the master key. `purpose` tells sealed columns from session tokens. */
interface DataKeyTable {
  data_key_id: string;
  purpose: string;
  wrapped_key: string;
  created_at: number;
  /** Milliseconds that the program has run since: see `data-key-renewal.ts`. */
  counted_age: number;
}
