import { lazy, Suspense } from "preact/compat";
import { may, session } from "./core/session";
import { Login } from "./ui/Login";

const AgentPage = lazy(() => import("./agent/AgentPage").then((page) => page.AgentPage));
const FloorPage = lazy(() => import("./floor/FloorPage").then((page) => page.FloorPage));

/** The page follows from what the role may do: who takes calls has the headset, everybody else the floor's pages. */
export function App() {
  if (!session.value) return <Login />;
  return <Suspense fallback={null}>{may("take_calls") ? <AgentPage /> : <FloorPage />}</Suspense>;
}
