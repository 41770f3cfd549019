//! durable writes, spool, trail folders as BagIt bags, fixity.
