import { databaseImages } from './database-image.ts'
import type { ExtraImages } from './extra-image.ts'

/** By the name that follows `drill setup --with`. */
export const extraImages = { database: databaseImages } as const satisfies Readonly<Record<string, ExtraImages>>
export type ExtraName = keyof typeof extraImages
export const extraNames = Object.keys(extraImages) as readonly ExtraName[]
