import type { ComboOption, ComboSlot, DishSpec, Modifier, ModifierGroup } from './entities.ts';
import { menuError } from './errors.ts';

/** A group with its modifiers. */
export interface Question {
  group: ModifierGroup;
  modifiers: readonly Modifier[];
}

/** The size that was chosen. SPEC_NOT_FOUND; `details` say of which line. */
export function chosenSpec(specs: readonly DishSpec[], id: string, details: object): DishSpec {
  const spec = specs.find((spec) => spec.id === id);
  if (!spec) throw menuError('SPEC_NOT_FOUND', { ...details, specId: id });
  return spec;
}

/**
 * The modifiers that were chosen, in the order they are asked. MODIFIER_NOT_ALLOWED for one that no group has,
 * MODIFIER_COUNT for one chosen twice, or too few or too many of a group.
 */
export function chosenModifiers(questions: readonly Question[], ids: readonly string[], details: object): Modifier[] {
  const chosen = new Set(ids);
  const known = new Set(questions.flatMap(({ modifiers }) => modifiers.map(({ id }) => id)));
  for (const modifierId of chosen)
    if (!known.has(modifierId)) throw menuError('MODIFIER_NOT_ALLOWED', { ...details, modifierId });
  return questions.flatMap(({ group: { name, min, max }, modifiers }) => {
    const answers = modifiers.filter(({ id }) => chosen.has(id));
    const times = ids.filter((id) => modifiers.some((modifier) => modifier.id === id)).length;
    if (times < min || times > max || times > answers.length)
      throw menuError('MODIFIER_COUNT', { ...details, group: name, min, max });
    return answers;
  });
}

/** The options that were chosen, one for each slot of a combo. COMBO_CHOICE_INVALID for anything else. */
export function chosenOptions(slots: readonly ComboSlot[], ids: readonly string[], details: object): ComboOption[] {
  if (ids.length !== slots.length) throw menuError('COMBO_CHOICE_INVALID', { ...details, slots: slots.length });
  return slots.map(({ name, options }) => {
    const chosen = options.filter(({ id }) => ids.includes(id));
    if (chosen.length !== 1 || !chosen[0]) throw menuError('COMBO_CHOICE_INVALID', { ...details, slot: name });
    return chosen[0];
  });
}
