import type { InstanceMetadata } from '@carnet/services';
import { identityDocument, profileDocument, roleDocument } from './metadata-document.ts';

/** A folder is its entries, a file its text. There are no other files: nothing is read from a disk. */
type Node = string | ReadonlyMap<string, Node>;

/** The versions of instance metadata that AWS has published; each answers as `latest` does. */
const versions = [
  ...['1.0', '2007-01-19', '2007-03-01', '2007-08-29', '2007-10-10', '2007-12-15', '2008-02-01'],
  ...['2008-09-01', '2009-04-04', '2011-01-01', '2011-05-01', '2012-01-12', '2014-02-25'],
  ...['2014-11-05', '2015-10-20', '2016-04-19', '2016-06-30', '2016-09-02', '2018-03-28'],
  ...['2018-08-17', '2018-09-24', '2019-10-01', '2020-10-27', '2021-01-03', '2021-03-23'],
  ...['2021-07-15', '2022-09-24', '2024-04-11', 'latest'],
];

/**
 * What stands under a path of an instance's metadata: a file's text, or the names in a folder, one a
 * line. Undefined when there is no such path. `now` in milliseconds since 1970.
 */
export function findMetadata(
  instance: InstanceMetadata,
  path: string,
  now: number,
): string | undefined {
  const names = decodeNames(path);
  if (names === undefined) return undefined;
  let node: Node | undefined = rootOf(instance, now);
  for (const name of names) node = typeof node === 'object' ? node.get(name) : undefined;
  return typeof node === 'object' ? listing(node, names.length < 2 ? '' : '/') : node;
}

/**
 * The names between the slashes, each decoded for itself: no name can lead out of the folder that it
 * is looked for in. One slash at the end says nothing, as on AWS.
 */
function decodeNames(path: string): readonly string[] | undefined {
  try {
    const names = path.slice(1).split('/').map(decodeURIComponent);
    return names.at(-1) === '' ? names.slice(0, -1) : names;
  } catch {
    return undefined;
  }
}

/** One name a line; the name of a folder ends with a slash, but not at the top, where all are folders. */
function listing(entries: ReadonlyMap<string, Node>, mark: string): string {
  return Array.from(entries, ([name, node]) =>
    typeof node === 'object' ? `${name}${mark}` : name,
  ).join('\n');
}

function rootOf(instance: InstanceMetadata, now: number): Node {
  const latest = new Map<string, Node>([
    ['dynamic', folder({ 'instance-identity': folder({ document: identityDocument(instance) }) })],
    ['meta-data', metadataOf(instance, now)],
  ]);
  return new Map(versions.map((version) => [version, latest]));
}

function metadataOf(instance: InstanceMetadata, now: number): Node {
  return folder({
    'ami-id': instance.imageId,
    iam: profileOf(instance, now),
    'instance-id': instance.instanceId,
    'instance-life-cycle': 'on-demand',
    'instance-type': instance.instanceType,
    placement: folder({
      'availability-zone': instance.availabilityZone,
      region: instance.region,
    }),
  });
}

function profileOf({ profile }: InstanceMetadata, now: number): Node | undefined {
  if (profile === undefined) return undefined;
  const { role } = profile;
  return folder({
    info: profileDocument(profile),
    'security-credentials': role && new Map([[role.roleName, roleDocument(role, now)]]),
  });
}

/** A folder without what there is not. */
function folder(entries: Readonly<Record<string, Node | undefined>>): ReadonlyMap<string, Node> {
  const present = Object.entries(entries).filter(
    (entry): entry is [string, Node] => entry[1] !== undefined,
  );
  return new Map(present);
}
