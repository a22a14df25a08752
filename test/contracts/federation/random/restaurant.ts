import type { World } from '../graph.ts';
import { store } from './restaurant-data.ts';

/** A chain with most of what federation has: six subgraphs, and data with nulls and with fields that fail. */
export const restaurant: World = {
  subgraphs: {
    menu: `
      type Query {
        dishes(first: Int = 3, spices: [Spice!]): [Dish!]!
        item(id: ID!): Item
        items(filter: ItemFilter): [Item]
        search(text: String): [Found]
        store(id: ID!): Store
        stores: [Store!]
        board: [[Dish]!]!
        echo(text: String, list: [[Int]], filter: ItemFilter, anything: Anything): String
      }
      interface Named { name: String }
      interface Item @key(fields: "id") {
        id: ID!
        name: String
        price(currency: Currency = CNY): Int!
        store: Store
      }
      type Dish implements Item & Named @key(fields: "id") @key(fields: "sku { code brand }") {
        id: ID!
        name: String
        price(currency: Currency = CNY): Int!
        sku: Sku!
        spice: Spice
        store: Store
        goesWith: [Item]
        photo(size: Int! = 2): String
        minutes: Int!
        left: Int
      }
      type Combo implements Item & Named @key(fields: "id") {
        id: ID!
        name: String
        price(currency: Currency = CNY): Int!
        store: Store
        dishes: [Dish!]!
        spare: Dish
      }
      type Gift implements Item @key(fields: "id") {
        id: ID!
        name: String
        price(currency: Currency = CNY): Int!
        store: Store
        amount: Int
        for: Found
      }
      type Sku @shareable { code: String! brand: String! }
      type Address @shareable { street: String city: String! }
      type Store implements Named @key(fields: "id") {
        id: ID!
        name: String
        address: Address
        open: Hours
        best: Item
        contacts: [Contact] @shareable
      }
      union Found = Dish | Store
      union Contact = Phone | Desk
      type Phone @shareable { number: String }
      type Desk { floor: Int offers(currency: Currency): [Found] }
      enum Currency { CNY EUR @tag(name: "abroad") }
      enum Spice { MILD HOT SECRET @inaccessible }
      input ItemFilter { under: Int currency: Currency = EUR ids: [ID!] or: ItemFilter }
      scalar Hours
      scalar Anything
    `,
    kitchen: `
      type Query { rush: [Dish] }
      type Dish @key(fields: "id") {
        id: ID!
        weight: Int
        minutes: Int! @override(from: "menu")
        station: Station
        steps(language: String!): [String!]
        price(currency: Currency = CNY): Int! @external
        dear(limit: Int = 50): Boolean @requires(fields: "price")
      }
      enum Currency { CNY EUR }
      type Station @key(fields: "store { id } number") { number: Int! store: Store! cooks: [Member] busy: Boolean }
      type Store @key(fields: "id") {
        id: ID!
        stations: [Station!]!
        contacts: [Contact] @shareable
        sign: String @external
        banner: String @requires(fields: "sign")
      }
      union Contact = Phone | Hatch
      type Phone @shareable { number: String }
      type Hatch { side: String station: Station dish: Dish }
      type Member @key(fields: "id", resolvable: false) { id: ID! }
    `,
    stock: `
      type Query { short(below: Int!): [Dish] }
      type Dish @key(fields: "sku { code }", resolvable: false) @key(fields: "sku { code brand }") {
        sku: Sku!
        left: Int @override(from: "menu", label: "percent(100)")
        lots: [Lot!]
        weight: Int @external
        price(currency: Currency = CNY): Int! @external
        shipping(fast: Boolean): Int @requires(fields: "weight price(currency: EUR)")
        tax: Int @requires(fields: "price(currency: CNY)")
        dear(limit: Int = 50): Boolean @external
        locked: String @requires(fields: "dear(limit: 60) station { store { sign } }")
        station: Station @external
      }
      type Station @key(fields: "store { id } number", resolvable: false) { number: Int! store: Store! }
      type Store @key(fields: "id") { id: ID! sign: String @external }
      enum Currency { CNY EUR }
      type Sku @shareable { code: String! brand: String! }
      type Lot { number: Int! best: Day supplier: Supplier }
      type Supplier @key(fields: "id") { id: ID! name: String address: Address }
      type Address @shareable { street: String city: String! }
      scalar Day
    `,
    reviews: `
      type Query { latest(first: Int): [Review] best: Item }
      type Item @interfaceObject @key(fields: "id") {
        id: ID!
        reviews(first: Int = 2): [Review!]
        stars: Float
        name: String @external
        headline: String @requires(fields: "name")
      }
      type Review @key(fields: "id") { id: ID! text: String about: Item author: Member @provides(fields: "name") }
      type Member @key(fields: "id") { id: ID! name: String @external reviews: [Review] }
    `,
    members: `
      type Query { me: Member member(id: ID!): Member people: [Person!] }
      interface Named { name: String }
      interface Person { name: String phone: String home: Address }
      type Member implements Named & Person @key(fields: "id") @key(fields: "phone") {
        id: ID!
        phone: String
        name: String @shareable
        tier: Tier
        home: Address
        friends: [Member]
        card: Card
      }
      type Guest implements Named & Person { name: String phone: String home: Address brings: [Person] }
      type Address @shareable { street: String city: String! }
      union Card = Gold | Silver
      type Gold { number: String! limit: Int }
      type Silver { number: String! limit: String }
      enum Tier { NEW OLD }
    `,
    orders: `
      type Query { order(id: ID!): Order orders(state: State, notes: Anything): [Order!] }
      type Order @key(fields: "id") {
        id: ID!
        state: State
        lines: [Line!]!
        by: Member
        at: Store
        total(currency: Currency = CNY): Int
        notes: [[String]]
      }
      type Line { item: Item count: Int! }
      type Item @interfaceObject @key(fields: "id") { id: ID! sold: Int }
      type Member @key(fields: "phone") { phone: String orders(state: State): [Order] }
      type Store @key(fields: "id") { id: ID! name: String @external sign: String @requires(fields: "name") queue: [Order] }
      enum Currency { CNY EUR }
      enum State { PLACED READY GONE }
      scalar Anything
    `,
  },
  store,
};
