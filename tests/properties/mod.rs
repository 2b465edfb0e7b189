//! The laws, each beside what it needs: documents are invented by `model` and `layout` from the choices on a `tape`.

mod damage;
mod difference;
mod judge;
mod layout;
mod model;
mod rendering;
mod tape;
mod text;
