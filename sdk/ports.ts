/** The interfaces that plug-ins may implement, each in the words of the module that asks it. */
export * from '../subgraphs/devices/ports.ts';
export * from '../subgraphs/inventory/ports.ts';
export * from '../subgraphs/members/ports.ts';
export * from '../subgraphs/orders/ports.ts';
