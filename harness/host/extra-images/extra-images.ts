import { databaseImages } from './database-image.ts'
import type { ExtraImages } from './extra-image.ts'
import { neighboursImages } from './neighbours-images.ts'

/** By the name that follows `drill setup --with`. */
export const extraImages = {
  database: databaseImages,
  neighbours: neighboursImages,
} as const satisfies Readonly<Record<string, ExtraImages>>
export type ExtraName = keyof typeof extraImages
export const extraNames = Object.keys(extraImages) as readonly ExtraName[]
