import { type EntityProperty, type Platform, TextType } from '@mikro-orm/core';
import { BaseMySqlPlatform } from '@mikro-orm/sql';

/** A text of any length that a request can hold, where `p.text()` ends at 65,535 bytes on MySQL: `p.type(LongText)`. */
export class LongText extends TextType {
  override getColumnType(property: EntityProperty, platform: Platform): string {
    return platform instanceof BaseMySqlPlatform ? 'mediumtext' : super.getColumnType(property, platform);
  }
}
