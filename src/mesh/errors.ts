import { errorsOf, type Sentences } from '../util/coded-error.ts'

export type MeshProblem =
  | { readonly code: 'MESH_ALREADY_SAID'; readonly tag: string; readonly recipient: string }
  | { readonly code: 'MESH_NO_DESCRIPTION'; readonly tag: string }
  | { readonly code: 'MESH_NOT_A_MEMBER'; readonly peer: string }
  | { readonly code: 'MESH_CLOSED' }

export const meshSentences: Sentences<MeshProblem> = {
  MESH_ALREADY_SAID: ({ tag, recipient }) =>
    `something was already said to ${recipient} under ${tag}; say each tag once, or use another hop or part`,
  MESH_NO_DESCRIPTION: ({ tag }) =>
    `the mesh was not told what ${tag} is; describe the tag when the mesh is made`,
  MESH_NOT_A_MEMBER: ({ peer }) => `${peer} is not a member of this swarm; take peers from mesh.members`,
  MESH_CLOSED: () => 'the mesh is closed; nothing can be said or heard through it any more',
}

export const meshError = errorsOf(meshSentences)
