/*
 * The lease of routing tables (design, "Routing"), checked by spin; README.md beside this file explains it from the start.
 *
 * A unit of time is half a second. Time itself is the clock of whoever checks the promise; every other clock may fall behind it.
 * Everything may happen at any moment, in any order, or never: a message that nobody takes is a lost one, a process that takes no step is a
 * paused one, a node that learns nothing is cut off. Nothing here waits for anything.
 *
 * "code:" names the C# that a part models; the arithmetic is src/Orchestrator.Domain/Leases, the same for a node and a client.
 *
 * Each #ifdef is one deliberate mistake, tried by check.sh (which says MISTAKE too). Without any this is the design.
 */

#define LEASE   4                    /* 2 s, the shortest that may be configured */
#define SLOW    1                    /* 0.5 s: how far a clock falls behind during one lease, at most; code: LeaseBounds.ClockError */
#define MARGIN  (2 * SLOW)           /* 1 s: a node's clock, and after it the clock of an SDK client; code: LeaseBounds.Margin */
#define BOUND   (LEASE + MARGIN)
#define EXPIRED (LEASE + 1)          /* ages stop here: still older makes no difference */

#define EMPTY  0                     /* positions: of the table of a node that has just started, */
#define NEW    1                     /* of the event that gives users `new`, */
#define LEGACY 2                     /* and of the rollback that takes them back */

mtype = { none, asked, answered };

typedef Node {
  byte table;                        /* position of its routing table */
  byte age = EXPIRED;                /* age of its freshness, by its own clock */
  byte behind;                       /* how far its clock fell behind meanwhile */
  mtype reading = none;              /* of the log's head: on its way to the primary, or back */
  byte noted;                        /* how long ago it noted the time, just before it sent that reading */
  byte notedBehind;
  byte head;                         /* what the primary answered */
  bool decided                       /* an answer `new` waits to be written (only with NO_RECHECK) */
}

typedef Client {                     /* an SDK: the same table under the same rule, by asking a node */
  byte table;
  byte left;                         /* what is left of its grant, by its own clock; 0 is nothing */
  byte behind;
  mtype request = none;
  byte sent;                         /* how long ago it sent that request */
  byte sentBehind;
  byte grant;                        /* what the node granted, and with which table */
  byte offered
}

Node node;
Client client;
byte log = NEW;                      /* position of the newest event in the primary's log */
byte since;                          /* time since the rollback was committed */
bool guaranteed;                     /* the rollout recorded that nobody answers `new` any more */

#ifndef REACH
#define REACH 0
#endif
#define reached(goal) assert(REACH != goal)

#define fresh    (node.age <= LEASE)  /* code: TableLease.IsValid, of a node */
#define granted  (client.left > 0)    /* code: TableLease.IsValid, of a client */

inline promise() {                   /* every answer `new` of anybody comes through here */
  assert(since <= BOUND);            /* bound: none later than lease + 1 s after the commit */
  assert(!guaranteed)                /* guarantee: none after the rollout has recorded it */
}

/* ---- time ---- code: ClockReading.Age, the longer of what both clocks say */

inline node_counts() {
  if :: fresh -> node.age++ :: else fi;
  if :: !fresh -> node.behind = 0 :: else fi;
  if :: node.reading != none && node.noted < EXPIRED -> node.noted++ :: else fi
}

#define node_may_lag ((!fresh || node.behind < SLOW) && (node.reading == none || node.notedBehind < SLOW))
inline node_lags() {                 /* its clock is slow and misses this unit */
  if :: fresh -> node.behind++ :: else fi;
  if :: node.reading != none -> node.notedBehind++ :: else fi
}

inline node_sleeps() {               /* its machine sleeps: the monotonic clock stands still, the wall clock jumps at waking */
#ifdef NO_WALL_CLOCK
  skip
#else
  node.age = EXPIRED;
  node.behind = 0;
  if :: node.reading != none -> node.noted = EXPIRED; node.notedBehind = 0 :: else fi
#endif
}

inline client_counts() {
  if :: granted -> client.left-- :: else fi;
  if :: !granted -> client.behind = 0 :: else fi;
  if :: client.request != none && client.sent < EXPIRED -> client.sent++ :: else fi
}

#define client_may_lag ((!granted || client.behind < SLOW) && (client.request == none || client.sentBehind < SLOW))
inline client_lags() {
  if :: granted -> client.behind++ :: else fi;
  if :: client.request != none -> client.sentBehind++ :: else fi
}

inline client_sleeps() {
#ifdef NO_WALL_CLOCK
  skip
#else
  client.left = 0;
  client.behind = 0;
  if :: client.request != none -> client.sent = EXPIRED; client.sentBehind = 0 :: else fi
#endif
}

#define PASSES(may, node_clock, client_clock, how) \
  :: d_step { may -> printf("half a second passes"); printf(how); printf("\n"); if :: log == LEGACY && since <= BOUND -> since++ :: else fi; node_clock; client_clock }

/* ---- a node ---- code: NodeLease.Read sends and takes the readings, NodeLease.Renew applies them */

inline apply(position) {             /* a push, a pull or the stream: news, which never extends the lease */
#ifdef ANY_TABLE
  node.table = position
#else
  if :: position > node.table -> node.table = position :: else fi
#endif
}

inline end_reading() { node.reading = none; node.noted = 0; node.notedBehind = 0; node.head = EMPTY }

inline send_reading() { end_reading(); node.reading = asked }    /* the one before is given up */

inline take_reading() {               /* code: TableLease.First, then TableLease.Renew */
#ifdef NODE_FROM_RECEIPT
  node.age = 0; node.behind = 0;
#else
  node.age = node.noted; node.behind = node.notedBehind;
#endif
  if :: !fresh -> node.behind = 0 :: else fi;
  end_reading()
}

inline restart() { end_reading(); node.table = EMPTY; node.age = EXPIRED; node.behind = 0; node.decided = false }

inline node_answers_new() {
  promise();
  if :: log == NEW -> reached(1) :: else fi;
  if :: since == LEASE + SLOW -> reached(2) :: else fi
}

/* ---- an SDK client ---- */

/* What a node may grant with the table NEW so long after the commit. The node below is held to it; of all others it is all that is assumed. */
#define honest(rest) (log == NEW || rest + since <= LEASE + SLOW)

inline give(length, position) { client.request = answered; client.grant = length; client.offered = position }

inline node_grants() {                /* code: TableLease.Left */
#ifdef FROM_GRANT
  give(LEASE, node.table);
#else
  give(LEASE - node.age, node.table);
#endif
#ifndef MISTAKE
  assert(node.table != NEW || honest(client.grant))
#endif
}

#define OTHER_GRANTS(rest) \
  :: d_step { client.request == asked && honest(rest) -> printf("another node grants %d with the table of position 1\n", rest); give(rest, NEW) }

inline end_request() { client.request = none; client.sent = 0; client.sentBehind = 0; client.grant = 0; client.offered = EMPTY }

inline take_grant() {                 /* code: TableHolder.Accept, then TableLease.First or TableLease.Renew */
  if :: client.offered > client.table -> client.table = client.offered :: else fi;
#ifdef CLIENT_FROM_RECEIPT
  client.sent = 0; client.sentBehind = 0;
#endif
  if
  :: client.grant + 1 > client.sent + client.left ->     /* lasts longer than the one it has; a grant of 0 holds for this very moment */
       client.left = client.grant + 1 - client.sent;
       client.behind = client.sentBehind
  :: else
  fi;
  end_request()
}

inline client_answers_new() {
  promise();
  if :: log == NEW -> reached(3) :: else fi;
  if :: since == BOUND -> reached(4) :: else fi
}

/* ---- the rollout: when is it certain that nobody answers `new`? ---- code: LeaseBounds.HaveEnded, asked by ClusterPropagation.Confirm */

#if defined(NO_MARGIN)
#define certain (since > LEASE)
#elif defined(ACKS_ALONE)
#define certain (log == LEGACY && node.table == LEGACY)    /* every node has said that it has the table */
#elif defined(ACKS_OF_MEMBERS)
#define certain (log == LEGACY)                            /* every node but a silent one, which is taken for dead */
#else
#define certain (since > BOUND)
#endif

/* Each line is one thing that may happen next. */
init {
  do
  PASSES(true,                            node_counts(), client_counts(), "")
  PASSES(client_may_lag,                  node_counts(), client_lags(),   ", but the client's clock misses it")
  PASSES(true,                            node_counts(), client_sleeps(), ", and the client's machine sleeps")
  PASSES(node_may_lag,                    node_lags(),   client_counts(), ", but the node's clock misses it")
  PASSES(node_may_lag && client_may_lag,  node_lags(),   client_lags(),   ", but both clocks miss it")
  PASSES(node_may_lag,                    node_lags(),   client_sleeps(), ", but the node's clock misses it, and the client's machine sleeps")
  PASSES(true,                            node_sleeps(), client_counts(), ", and the node's machine sleeps")
  PASSES(client_may_lag,                  node_sleeps(), client_lags(),   ", and the node's machine sleeps, but the client's clock misses it")
  PASSES(true,                            node_sleeps(), client_sleeps(), ", and both machines sleep")

  :: d_step { log == NEW -> printf("THE ROLLBACK IS COMMITTED\n"); log = LEGACY }
  :: d_step { certain && !guaranteed -> printf("THE ROLLOUT RECORDS: nobody answers new any more\n"); guaranteed = true }
  :: d_step { guaranteed && node.table == NEW -> reached(7) }

  :: d_step { node.table < log -> printf("the node follows the log by one event\n"); apply(node.table + 1) }
  :: d_step { node.table != NEW -> printf("a push with the table of position 1 reaches the node\n"); apply(NEW) }
  :: d_step { printf("the node notes the time and asks the primary for the head\n"); send_reading() }
  :: d_step { node.reading != none -> printf("the node gives its reading up\n"); end_reading() }
  :: d_step { node.reading == asked -> printf("the primary answers the node: head %d\n", log); node.head = log; node.reading = answered }
  :: d_step { node.reading == answered && node.table >= node.head -> take_reading(); printf("the node takes the answer: freshness of age %d\n", node.age) }
#ifdef NO_RECHECK
  :: d_step { fresh && node.table == NEW -> printf("the node decides: new\n"); node.decided = true }
  :: d_step { node.decided -> printf("the node writes what it decided: NEW\n"); node.decided = false; node_answers_new() }
#else
  :: d_step { fresh && node.table == NEW -> printf("the node answers NEW\n"); node_answers_new() }
#endif
  :: d_step { fresh && node.table == LEGACY -> reached(5) }
  :: d_step { !fresh && node.table == NEW && log == LEGACY -> reached(6) }
  :: d_step { printf("the node restarts\n"); restart() }

  :: d_step { client.table < log -> printf("the stream brings the client the next table\n"); client.table++ }
  :: d_step { printf("the client asks for the table\n"); end_request(); client.request = asked }
  :: d_step { client.request == asked && fresh -> node_grants(); printf("the node grants %d with the table of position %d\n", client.grant, client.offered) }
  OTHER_GRANTS(0) OTHER_GRANTS(1) OTHER_GRANTS(2) OTHER_GRANTS(3) OTHER_GRANTS(4)
  :: d_step { client.request == asked && log == LEGACY -> printf("another node grants %d with the table of position 2\n", LEASE); give(LEASE, LEGACY) }
  :: d_step { client.request == answered -> take_grant(); printf("the client takes the grant\n") }
  :: d_step { granted && client.table == NEW -> printf("the client answers NEW\n"); client_answers_new() }
  od
}
