import { describe, expect, it } from 'vitest';
import { CHECKLISTS, checklistItem } from '../../../shared/checklists/index.ts';

describe('the published lists', () => {
  const ids = CHECKLISTS.flatMap((list) => Object.keys(list.items));

  it('give each item an id of its own', () => {
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^(wp-[1-6]|fsbp-[A-Za-z0-9]+\.\d+|wa-[A-Z]+\d\d-BP\d\d|cis5?-\d+(\.\d+){1,2})$/);
  });

  it('hold all six items of the white paper', () => {
    expect(ids.filter((id) => id.startsWith('wp-'))).toEqual(['wp-1', 'wp-2', 'wp-3', 'wp-4', 'wp-5', 'wp-6']);
  });

  it('find an item by its id, and nothing by another text', () => {
    expect(checklistItem('fsbp-Lambda.1')).toEqual({
      list: 'Security Hub FSBP',
      title: 'Lambda function policies should prohibit public access',
    });
    expect(checklistItem('fsbp-Lambda.99')).toBeUndefined();
  });
});
