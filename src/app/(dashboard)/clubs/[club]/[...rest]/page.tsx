import { notFound } from 'next/navigation'

/** What no other page of the club answers: within its frame, so that people find back. */
export default function NoPageOfTheClub() {
  notFound()
}
