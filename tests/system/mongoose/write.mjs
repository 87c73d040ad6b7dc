// Writes what an application with Mongoose has in its database, by models named as everywhere: node write.mjs URI
import mongoose from "mongoose";

const { Schema } = mongoose;
const email = {
  userId: { type: Schema.Types.ObjectId, ref: "User", index: true },
  email: { type: String, required: true },
  password: String,
  attempts: { type: Number, default: 0 },
};
const Pending = mongoose.model(
  "PendingActivationEmail",
  new Schema({ ...email, status: { type: String, default: "pending", index: true } }, { timestamps: true }),
);
const Failed = mongoose.model(
  "FailedEmail",
  new Schema({ ...email, error: String, lastAttemptDate: Date }, { timestamps: true }),
);
const Lead = mongoose.model("Lead", new Schema({ name: String, email: String, company: String }, { timestamps: true }));
const User = mongoose.model(
  "User",
  new Schema({ username: { type: String, unique: true, sparse: true }, email: String }, { timestamps: true }),
);

await mongoose.connect(process.argv[2]);
await Promise.all([Pending, Failed, Lead, User].map((model) => model.init()));
const user = await User.create({ username: "old", email: "old@firm.example" });
await Pending.create({ userId: user._id, email: "old@firm.example", password: "Xy7-old-pass" });
await Failed.create({ userId: user._id, email: "gone@firm.example", password: "Xy7-gone-pass", error: "550 no such user" });
await Lead.create([
  { name: "Zoë", email: "zoe@firm.example", company: "Firm" },
  { name: "Old", email: "Old@firm.example" },
]);
await mongoose.disconnect();
