import { Ledger } from '../../src/daemon/ledger.ts'

/** Of one of three members that are to learn. */
export function ledger(): Ledger {
  const made = new Ledger(
    {
      peer: 'p1',
      swarm: {
        id: '00',
        name: 'test',
        n: 3,
        f: 1,
        servers: [],
        steps: 9,
        model: 'mlp',
        protocol: 'learn',
        profile: 'practical',
        rule: 'nnm>trmean',
        modelRule: 'trmean',
        combines: [],
      },
      standing: 'proven',
      outsideProof: false,
    },
    {
      addresses: () => ['/ip4/127.0.0.1/tcp/1'],
      bytes: () => ({ bytesIn: 5, bytesOut: 6 }),
      faults: () => [{ peer: 'p3', code: 'CODEC_NOT_FINITE', count: 2 }],
    },
  )
  made.knowMembers(['p1', 'p2', 'p3'].map((peer) => ({ peer, role: 'peer' })))
  return made
}
