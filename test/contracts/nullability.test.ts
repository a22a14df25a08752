import { expect, test } from '@jest/globals';
import { Kind, type ObjectTypeDefinitionNode, type TypeNode } from 'graphql';
import { modules } from '../../cli/modules.ts';
import { subgraphSdl } from '../../kernel/sdl.ts';

/** Which module owns an entity; every other module that names it only refers to it or adds to it. */
const owners: Record<string, string> = {
  Store: 'menu',
  DiningTable: 'menu',
  Category: 'menu',
  Dish: 'menu',
  MenuItem: 'menu',
  Order: 'orders',
  Payment: 'orders',
  Diner: 'members',
  StaffMember: 'members',
  Promotion: 'marketing',
  CouponTemplate: 'marketing',
  Coupon: 'marketing',
  StockItem: 'inventory',
  Supplier: 'inventory',
  SupplierProduct: 'inventory',
  PurchaseOrder: 'inventory',
  SupplierInvoice: 'inventory',
  Station: 'devices',
  KitchenTicket: 'devices',
  PrintJob: 'devices',
  Printer: 'devices',
  Scale: 'devices',
  PairedDevice: 'devices',
};

/** The type at the heart of a field's type, and whether it may be null there. */
function heart(type: TypeNode): { name: string; nullable: boolean } {
  if (type.kind === Kind.NAMED_TYPE) return { name: type.name.value, nullable: true };
  if (type.kind === Kind.LIST_TYPE) return heart(type.type);
  return type.type.kind === Kind.NAMED_TYPE ? { name: type.type.name.value, nullable: false } : heart(type.type);
}

const subgraphs = modules.flatMap(({ name, schema }) => (schema ? [{ name, document: subgraphSdl(schema) }] : []));

test.each(subgraphs)(
  '$name: what a sister answers may be null, so that her silence costs nobody the rest',
  ({ name, document }) => {
    const types = document.definitions.filter(
      (node): node is ObjectTypeDefinitionNode => node.kind === Kind.OBJECT_TYPE_DEFINITION,
    );
    const brittle = types.flatMap((type) =>
      (type.fields ?? [])
        .filter((field) => {
          const { name: target, nullable } = heart(field.type);
          // A key or an external field is the owner's own, repeated.
          const repeated = field.directives?.some((directive) => directive.name.value === 'external');
          if (repeated || field.name.value === 'id') return false;
          const refers = owners[target] !== undefined && owners[target] !== name && !nullable;
          const owner = owners[type.name.value];
          const adds = owner !== undefined && owner !== name && field.type.kind === Kind.NON_NULL_TYPE;
          return refers || adds;
        })
        .map((field) => `${type.name.value}.${field.name.value}`),
    );
    expect(brittle).toEqual([]);
  },
);

test.each(subgraphs)(
  '$name: what it answers at the root may be null, so that its own silence costs nobody the rest',
  ({ document }) => {
    const brittle = document.definitions.flatMap((node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION && ['Query', 'Mutation'].includes(node.name.value)
        ? (node.fields ?? []).filter(({ type }) => type.kind === Kind.NON_NULL_TYPE).map(({ name }) => name.value)
        : [],
    );
    expect(brittle).toEqual([]);
  },
);

test('every entity has an owner here', () => {
  const entities = subgraphs.flatMap(({ document }) =>
    document.definitions.flatMap((node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION && node.directives?.some(({ name }) => name.value === 'key')
        ? [node.name.value]
        : [],
    ),
  );
  expect([...new Set(entities)].filter((entity) => !owners[entity])).toEqual([]);
});
