// @unleash/proxy, on loopback only (its own start listens everywhere). PORT, UNLEASH_URL, UNLEASH_API_TOKEN and UNLEASH_PROXY_CLIENT_KEYS from the environment.
import { createApp } from '@unleash/proxy';

createApp({}).listen(Number(process.env.PORT), '127.0.0.1');
