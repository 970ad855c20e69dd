const API_DATE = /\d{8}(?:v\d+)?$/;

/** `UpdateFunctionConfiguration20150331v2` -> `UpdateFunctionConfiguration`. Lambda dates some of its event names and not others. */
export const canonicalName = (eventName: string): string => eventName.replace(API_DATE, '');
