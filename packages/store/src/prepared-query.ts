import type { Compilable, CompiledQuery } from 'kysely';
import type { Database } from './store.ts';

/**
 * Takes the values of one call and gives the rows. `Values` are strings, numbers and nulls by name.
 */
export type PreparedQuery<Values extends object, Row> = (
  database: Database,
  values: Values,
) => Promise<readonly Row[]>;

type Build<Values, Row> = (
  database: Database,
  value: <Name extends keyof Values>(name: Name) => Values[Name],
) => Compilable<Row>;

/** Stands in a query where the value of a call comes. */
class Placeholder {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A query in the words of one database. */
interface Compiled<Row> {
  readonly query: CompiledQuery<Row>;
  /** In the order of the parameters: the name of a value, or a constant. */
  readonly parameters: readonly unknown[];
}

/**
 * A query that is built and compiled once for each kind of database, for what every write or request
 * runs: building it anew costs several times what SQLite takes to answer. `build` uses each value as
 * it stands, and no condition or list depends on one.
 */
export function prepareQuery<Values extends object, Row>(
  build: Build<Values, Row>,
): PreparedQuery<Values, Row> {
  const compiled = new Map<unknown, Compiled<Row>>();
  return async (database, values) => {
    const kind = database.getExecutor().adapter.constructor;
    let known = compiled.get(kind);
    if (known === undefined) {
      known = compile(database, build);
      compiled.set(kind, known);
    }
    const given = values as Readonly<Record<string, unknown>>;
    const parameters = known.parameters.map((one) =>
      one instanceof Placeholder ? given[one.name] : one,
    );
    const { rows } = await database.executeQuery<Row>({ ...known.query, parameters });
    return rows;
  };
}

function compile<Values extends object, Row>(
  database: Database,
  build: Build<Values, Row>,
): Compiled<Row> {
  const value = (name: PropertyKey) => new Placeholder(String(name)) as never;
  const query = build(database, value).compile();
  return { query, parameters: query.parameters };
}
