/** What `npm run loadtest` has prepared for k6, as the JSON file that LUNCH_PLAN names. */
export interface LunchPlan {
  /** Of the product, such as http://127.0.0.1:4000. */
  url: string;
  /** Of the restaurant, which has its menu and its stock. */
  storeId: string;
  /** The codes on its tables. */
  tables: readonly string[];
  /** Who works in its kitchen. */
  cook: { name: string; pin: string };
  /** Begins the names of this run's diners, so that they are nobody else's. */
  diners: string;
  /** How many journeys begin, in journeys a minute, from one stage to the next. */
  arrivals: { start: number; stages: readonly { target: number; duration: string }[] };
  /** The whole of the stages, in seconds. */
  seconds: number;
  /** Telephones that are switched on from the start, and how many there may be at the most. */
  telephones: { ready: number; most: number };
}
