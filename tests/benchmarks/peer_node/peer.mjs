// A Node stack, as a yardstick: same collections, same steps, no extras.
// usage: node peer.mjs MONGODB_URI SMTP_PORT LEADS [sequential|pooled]
// prints one JSON line per phase: {phase, n, seconds, per_second}
import { createServer } from 'node:http';
import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';
import nodemailer from 'nodemailer';
import { Server } from 'socket.io';
import bcrypt from 'bcryptjs';

const [uri, smtpPort, leadCount, mode = 'pooled'] = process.argv.slice(2);
const client = await new MongoClient(uri).connect();
const db = client.db(`peer_${Date.now()}`);
const [leads, users, pending, failed] = ['leads', 'users', 'pendingactivationemails', 'failedemails'].map((n) => db.collection(n));
await users.createIndex({ email: 1 }, { unique: true });
await pending.createIndex({ status: 1, createdAt: 1 });
const n = Number(leadCount);
await leads.insertMany(Array.from({ length: n }, (_, i) => ({ name: `Lead ${i}`, email: `lead${i}@example.com`, status: 'new' })));

const http = createServer().listen(0);
const io = new Server(http);
const transport = nodemailer.createTransport({ host: '127.0.0.1', port: Number(smtpPort), ignoreTLS: true,
  ...(mode === 'pooled' ? { pool: true, maxConnections: 10, maxMessages: Infinity } : {}) });

const queueStatus = async () => {
  const [p, s, f] = await Promise.all([pending.countDocuments({ status: 'pending' }), pending.countDocuments({ status: 'processing' }), failed.countDocuments({})]);
  return { pending: p, processing: s, failed: f, total: p + s, timestamp: new Date() };
};
const report = (phase, started) => {
  const seconds = (performance.now() - started) / 1000;
  console.log(JSON.stringify({ peer: `node-${mode}`, phase, n, seconds: +seconds.toFixed(3), per_second: +(n / seconds).toFixed(1) }));
};

let started = performance.now();
for await (const lead of leads.find({ status: 'new' })) {
  const password = randomBytes(9).toString('base64url');
  const user = { name: lead.name, email: lead.email, password: await bcrypt.hash(password, 10), createdAt: new Date() };
  const { insertedId } = await users.insertOne(user);
  await pending.insertOne({ userId: insertedId, email: lead.email, password, status: 'pending', attempts: 0, createdAt: new Date() });
  await leads.updateOne({ _id: lead._id }, { $set: { status: 'activated' } });
}
io.emit('emailQueueUpdate', await queueStatus());
report('activate', started);

const sendOne = async (mail) => {
  await pending.updateOne({ _id: mail._id }, { $set: { status: 'processing' } });
  try {
    await transport.sendMail({ from: 'no-reply@example.com', to: mail.email, subject: 'Your account is ready',
      text: `Hello,\n\nYour account is ready.\n\nLogin: ${mail.email}\nPassword: ${mail.password}\n`,
      html: `<p>Hello,</p><p>Your account is ready.</p><p>Login: ${mail.email}<br>Password: ${mail.password}</p>` });
    await pending.deleteOne({ _id: mail._id });
  } catch (error) {
    await failed.insertOne({ userId: mail.userId, email: mail.email, password: mail.password, error: String(error), attempts: mail.attempts + 1, lastAttemptDate: new Date() });
    await pending.deleteOne({ _id: mail._id });
  }
  io.emit('emailQueueUpdate', await queueStatus());
};
started = performance.now();
for (;;) { // the 30 s pause between batches is left out: this measures the engine, not the timer
  const batch = await pending.find({ status: 'pending' }).sort({ createdAt: 1 }).limit(50).toArray();
  if (!batch.length) break;
  if (mode === 'pooled') await Promise.all(batch.map(sendOne));
  else for (const mail of batch) await sendOne(mail);
}
report('drain', started);
const left = await pending.countDocuments({}), bad = await failed.countDocuments({});
console.log(JSON.stringify({ peer: `node-${mode}`, phase: 'check', left, failed: bad, rss_mb: Math.round(process.memoryUsage().rss / 1e6) }));
await db.dropDatabase(); await client.close(); io.close(); transport.close(); process.exit(0);
