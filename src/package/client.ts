export * from '@/client'
