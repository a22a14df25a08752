import { plugins } from '../plugins/index.ts';
import { subgraphs } from '../subgraphs/index.ts';

/** Every module of the product: the six subgraphs, then the plug-ins. */
export const modules = [...subgraphs, ...plugins];
