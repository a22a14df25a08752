import { errorCatalogue } from '../../kernel/errors.ts';

/** The codes that menu answers with, besides the kernel's. */
export const menuError = errorCatalogue({
  STORE_NOT_FOUND: 'There is no such store.',
  STORE_NAME_TAKEN: 'Another store bears this name.',
  TABLE_NOT_FOUND: 'There is no such table.',
  TABLE_NAME_TAKEN: 'Another table of this store bears this name.',
  TABLE_CODE_TAKEN: 'Another table carries this code.',
  CATEGORY_NOT_FOUND: 'There is no such category.',
  CATEGORY_NAME_TAKEN: 'Another category bears this name.',
  DAYPART_NOT_FOUND: 'There is no such daypart.',
  DAYPART_NAME_TAKEN: 'Another daypart bears this name.',
  MODIFIER_GROUP_NOT_FOUND: 'There is no such group of modifiers.',
  DISH_NOT_FOUND: 'There is no such dish.',
  DISH_NAME_TAKEN: 'Another dish of this book bears this name.',
  MENU_ITEM_NOT_FOUND: 'This is not on the menu of the store.',
  SPEC_NOT_FOUND: 'The dish does not come in this size.',
  MODIFIER_NOT_ALLOWED: 'The dish does not have this modifier.',
  MODIFIER_COUNT: 'Too few or too many modifiers of a group were chosen, or one was chosen twice.',
  COMBO_CHOICE_INVALID: 'Exactly one option of each slot of a combo is chosen, and none for a plain dish.',
  LINE_NEEDS_WEIGHT: 'This is sold by weight: weigh it, one line for each weighing.',
  LINE_NOT_WEIGHED: 'This is not sold by weight.',
  QUANTITY_INVALID: 'The quantity is a whole number from 1 to 99.',
});
