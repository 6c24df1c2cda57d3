//! What comes of each door for each person. 4003 and the like are close codes; words are answers of the API and of `/live`.

/// Anybody reads and speaks. A session that has ended, and a person who was closed, are nobody, who may come as a guest.
pub(super) const OPEN: &str = "
                       nobody     guest      account    member     moder.     owner      admin      banned     closed     revoked
GET /chatgroup         200        200        200        200        200        200        200        403        200        200
POST /chatgroup        303        303        303        303        303        303        303        403        303        303
GET /api               200        200        200        200        200        200        200        forbidden  200        200
GET /api pins          200        200        200        200        200        200        200        forbidden  200        200
GET /api around        200        200        200        200        200        200        200        forbidden  200        200
POST /api              sign_in    201        201        201        201        201        201        forbidden  sign_in    sign_in
/live                  open       open       open       open       open       open       open       open       open       open
live subscribe         here       here       here       here       here       here       here       gone       here       here
live history           page       page       page       page       page       page       page       gone       page       page
live post              done       done       done       done       done       done       done       forbidden  done       done
live react             done       done       done       done       done       done       done       forbidden  done       done
live pin               forbidden  forbidden  forbidden  forbidden  done       done       done       forbidden  forbidden  forbidden
live edit another's    not_yours  not_yours  not_yours  not_yours  not_yours  done       not_yours  forbidden  not_yours  not_yours
live delete another's  not_yours  not_yours  not_yours  not_yours  done       done       done       forbidden  not_yours  not_yours
/group/                open       open       open       open       open       open       open       403        open       open
/group/ text           done       done       done       done       done       done       done       -          done       done
GET /groups/{id}       200        200        200        200        200        200        200        403        200        200
GET …/edits            401        403        403        403        200        200        200        403        401        401
POST …/describe        401        403        403        403        403        303        303        403        401        401
POST …/archive         401        403        403        403        403        303        303        403        401        401
POST …/invite          401        403        403        403        200        200        200        403        401        401
POST …/role            401        403        403        403        403        303        303        403        401        401
POST …/role back       401        403        403        403        403        303        303        403        401        401
POST …/remove          401        403        403        403        303        303        303        403        401        401
POST …/ban             401        403        403        403        303        303        303        403        401        401
POST …/unban           401        403        403        403        303        303        303        403        401        401
POST …/ban a moder.    401        403        403        403        422        303        303        403        401        401
POST …/ban the owner   401        403        403        403        422        422        422        403        401        401
POST …/add             401        403        403        403        303        303        303        403        401        401
POST …/uninvite        401        403        403        403        303        303        303        403        401        401
POST …/leave           401        303        303        303        303        422        303        403        401        401
";

/// Who is no member sees what they would see of a group that is not there, wherever that is not open and empty: on pages
/// about groups. On the doors of the chat an unused id is an open and empty group, and a private one is 404, `no_group`,
/// `gone`; so the id of a private group is one that nobody guesses. Administrators are no exception.
pub(super) const PRIVATE: &str = "
                       nobody     guest      account    member     moder.     owner      admin      banned     closed     revoked
GET /chatgroup         404        404        404        200        200        200        404        404        404        404
POST /chatgroup        404        404        404        303        303        303        404        404        404        404
GET /api               no_group   no_group   no_group   200        200        200        no_group   no_group   no_group   no_group
GET /api pins          no_group   no_group   no_group   200        200        200        no_group   no_group   no_group   no_group
GET /api around        no_group   no_group   no_group   200        200        200        no_group   no_group   no_group   no_group
POST /api              sign_in    no_group   no_group   201        201        201        no_group   no_group   sign_in    sign_in
/live                  open       open       open       open       open       open       open       open       open       open
live subscribe         gone       gone       gone       here       here       here       gone       gone       gone       gone
live history           gone       gone       gone       page       page       page       gone       gone       gone       gone
live post              no_group   no_group   no_group   done       done       done       no_group   no_group   no_group   no_group
live react             no_group   no_group   no_group   done       done       done       no_group   no_group   no_group   no_group
live pin               no_group   no_group   no_group   forbidden  done       done       no_group   no_group   no_group   no_group
live edit another's    no_group   no_group   no_group   not_yours  not_yours  done       no_group   no_group   no_group   no_group
live delete another's  no_group   no_group   no_group   not_yours  done       done       no_group   no_group   no_group   no_group
/group/                404        404        404        open       open       open       404        404        404        404
/group/ text           -          -          -          done       done       done       -          -          -          -
GET /groups/{id}       404        404        404        200        200        200        404        404        404        404
GET …/edits            401        404        404        403        200        200        404        404        401        401
POST …/describe        401        404        404        403        403        303        404        404        401        401
POST …/archive         401        404        404        403        403        303        404        404        401        401
POST …/invite          401        404        404        403        200        200        404        404        401        401
POST …/role            401        404        404        403        403        303        404        404        401        401
POST …/role back       401        404        404        403        403        303        404        404        401        401
POST …/remove          401        404        404        403        303        303        404        404        401        401
POST …/ban             401        404        404        403        303        303        404        404        401        401
POST …/unban           401        404        404        403        303        303        404        404        401        401
POST …/ban a moder.    401        404        404        403        422        303        404        404        401        401
POST …/ban the owner   401        404        404        403        422        422        404        404        401        401
POST …/add             401        404        404        403        303        303        404        404        401        401
POST …/uninvite        401        404        404        403        303        303        404        404        401        401
POST …/leave           401        404        404        303        303        422        404        404        401        401
";

/// Its people stay, and nobody is above the others.
pub(super) const DIRECT: &str = "
                       nobody     guest      account    member     moder.     owner      admin      banned     closed     revoked
GET /chatgroup         404        404        404        200        200        200        404        404        404        404
POST /chatgroup        404        404        404        303        303        303        404        404        404        404
GET /api               no_group   no_group   no_group   200        200        200        no_group   no_group   no_group   no_group
GET /api pins          no_group   no_group   no_group   200        200        200        no_group   no_group   no_group   no_group
GET /api around        no_group   no_group   no_group   200        200        200        no_group   no_group   no_group   no_group
POST /api              sign_in    no_group   no_group   201        201        201        no_group   no_group   sign_in    sign_in
/live                  open       open       open       open       open       open       open       open       open       open
live subscribe         gone       gone       gone       here       here       here       gone       gone       gone       gone
live history           gone       gone       gone       page       page       page       gone       gone       gone       gone
live post              no_group   no_group   no_group   done       done       done       no_group   no_group   no_group   no_group
live react             no_group   no_group   no_group   done       done       done       no_group   no_group   no_group   no_group
live pin               no_group   no_group   no_group   done       done       done       no_group   no_group   no_group   no_group
live edit another's    no_group   no_group   no_group   not_yours  not_yours  done       no_group   no_group   no_group   no_group
live delete another's  no_group   no_group   no_group   not_yours  not_yours  done       no_group   no_group   no_group   no_group
/group/                404        404        404        open       open       open       404        404        404        404
/group/ text           -          -          -          done       done       done       -          -          -          -
GET /groups/{id}       404        404        404        200        200        200        404        404        404        404
GET …/edits            401        404        404        403        403        403        404        404        401        401
POST …/describe        401        404        404        403        403        403        404        404        401        401
POST …/archive         401        404        404        403        403        403        404        404        401        401
POST …/invite          401        404        404        403        403        403        404        404        401        401
POST …/role            401        404        404        403        403        403        404        404        401        401
POST …/role back       401        404        404        403        403        403        404        404        401        401
POST …/remove          401        404        404        403        403        403        404        404        401        401
POST …/ban             401        404        404        403        403        403        404        404        401        401
POST …/unban           401        404        404        403        403        403        404        404        401        401
POST …/ban a moder.    401        404        404        403        403        403        404        404        401        401
POST …/ban the owner   401        404        404        403        403        403        404        404        401        401
POST …/add             401        404        404        403        403        403        404        404        401        401
POST …/uninvite        401        404        404        403        403        403        404        404        401        401
POST …/leave           401        404        404        422        422        422        404        404        401        401
";

/// It is read and looked after; nothing in it changes, not even by a moderator, until it is opened again.
pub(super) const ARCHIVED: &str = "
                       nobody     guest      account    member     moder.     owner      admin      banned     closed     revoked
GET /chatgroup         200        200        200        200        200        200        200        403        200        200
POST /chatgroup        403        403        403        403        403        403        403        403        403        403
GET /api               200        200        200        200        200        200        200        forbidden  200        200
GET /api pins          200        200        200        200        200        200        200        forbidden  200        200
GET /api around        200        200        200        200        200        200        200        forbidden  200        200
POST /api              sign_in    archived   archived   archived   archived   archived   archived   forbidden  sign_in    sign_in
/live                  open       open       open       open       open       open       open       open       open       open
live subscribe         here       here       here       here       here       here       here       gone       here       here
live history           page       page       page       page       page       page       page       gone       page       page
live post              archived   archived   archived   archived   archived   archived   archived   forbidden  archived   archived
live react             archived   archived   archived   archived   archived   archived   archived   forbidden  archived   archived
live pin               archived   archived   archived   archived   archived   archived   archived   forbidden  archived   archived
live edit another's    archived   archived   archived   archived   archived   archived   archived   forbidden  archived   archived
live delete another's  archived   archived   archived   archived   archived   archived   archived   forbidden  archived   archived
/group/                open       open       open       open       open       open       open       403        open       open
/group/ text           4003       4003       4003       4003       4003       4003       4003       -          4003       4003
GET /groups/{id}       200        200        200        200        200        200        200        403        200        200
GET …/edits            401        403        403        403        200        200        200        403        401        401
POST …/describe        401        403        403        403        403        303        303        403        401        401
POST …/archive         401        403        403        403        403        303        303        403        401        401
POST …/invite          401        403        403        403        200        200        200        403        401        401
POST …/role            401        403        403        403        403        303        303        403        401        401
POST …/role back       401        403        403        403        403        303        303        403        401        401
POST …/remove          401        403        403        403        303        303        303        403        401        401
POST …/ban             401        403        403        403        303        303        303        403        401        401
POST …/unban           401        403        403        403        303        303        303        403        401        401
POST …/ban a moder.    401        403        403        403        422        303        303        403        401        401
POST …/ban the owner   401        403        403        403        422        422        422        403        401        401
POST …/add             401        403        403        403        303        303        303        403        401        401
POST …/uninvite        401        403        403        403        303        303        303        403        401        401
POST …/leave           401        303        303        303        303        422        303        403        401        401
";

/// Nobody and guests are asked to sign in, wherever they come, and accounts go on.
pub(super) const NO_GUESTS: &str = "
                       nobody     guest      account    member     moder.     owner      admin      banned     closed     revoked
GET /chatgroup         401        401        200        200        200        200        200        403        401        401
POST /chatgroup        401        401        303        303        303        303        303        403        401        401
GET /api               sign_in    sign_in    200        200        200        200        200        forbidden  sign_in    sign_in
GET /api pins          sign_in    sign_in    200        200        200        200        200        forbidden  sign_in    sign_in
GET /api around        sign_in    sign_in    200        200        200        200        200        forbidden  sign_in    sign_in
POST /api              sign_in    sign_in    201        201        201        201        201        forbidden  sign_in    sign_in
/live                  401        401        open       open       open       open       open       open       401        401
live subscribe         -          -          here       here       here       here       here       gone       -          -
live history           -          -          page       page       page       page       page       gone       -          -
live post              -          -          done       done       done       done       done       forbidden  -          -
live react             -          -          done       done       done       done       done       forbidden  -          -
live pin               -          -          forbidden  forbidden  done       done       done       forbidden  -          -
live edit another's    -          -          not_yours  not_yours  not_yours  done       not_yours  forbidden  -          -
live delete another's  -          -          not_yours  not_yours  done       done       done       forbidden  -          -
/group/                401        401        open       open       open       open       open       403        401        401
/group/ text           -          -          done       done       done       done       done       -          -          -
GET /groups/{id}       401        401        200        200        200        200        200        403        401        401
GET …/edits            401        401        403        403        200        200        200        403        401        401
POST …/describe        401        401        403        403        403        303        303        403        401        401
POST …/archive         401        401        403        403        403        303        303        403        401        401
POST …/invite          401        401        403        403        200        200        200        403        401        401
POST …/role            401        401        403        403        403        303        303        403        401        401
POST …/role back       401        401        403        403        403        303        303        403        401        401
POST …/remove          401        401        403        403        303        303        303        403        401        401
POST …/ban             401        401        403        403        303        303        303        403        401        401
POST …/unban           401        401        403        403        303        303        303        403        401        401
POST …/ban a moder.    401        401        403        403        422        303        303        403        401        401
POST …/ban the owner   401        401        403        403        422        422        422        403        401        401
POST …/add             401        401        403        403        303        303        303        403        401        401
POST …/uninvite        401        401        403        403        303        303        303        403        401        401
POST …/leave           401        401        303        303        303        422        303        403        401        401
";

/// Open and empty, and nobody has anything to look after.
pub(super) const UNUSED: &str = "
                       nobody     guest      account    member     moder.     owner      admin      banned     closed     revoked
GET /chatgroup         200        200        200        200        200        200        200        200        200        200
POST /chatgroup        303        303        303        303        303        303        303        303        303        303
GET /api               200        200        200        200        200        200        200        200        200        200
GET /api pins          200        200        200        200        200        200        200        200        200        200
GET /api around        no_message no_message no_message no_message no_message no_message no_message no_message no_message no_message
POST /api              sign_in    201        201        201        201        201        201        201        sign_in    sign_in
/live                  open       open       open       open       open       open       open       open       open       open
live subscribe         here       here       here       here       here       here       here       here       here       here
live history           page       page       page       page       page       page       page       page       page       page
live post              done       done       done       done       done       done       done       done       done       done
live react             no_message no_message no_message no_message no_message no_message no_message no_message no_message no_message
live pin               no_message no_message no_message no_message no_message no_message no_message no_message no_message no_message
live edit another's    no_message no_message no_message no_message no_message no_message no_message no_message no_message no_message
live delete another's  no_message no_message no_message no_message no_message no_message no_message no_message no_message no_message
/group/                open       open       open       open       open       open       open       open       open       open
/group/ text           done       done       done       done       done       done       done       done       done       done
GET /groups/{id}       404        404        404        404        404        404        404        404        404        404
GET …/edits            401        404        404        404        404        404        404        404        401        401
POST …/describe        401        404        404        404        404        404        404        404        401        401
POST …/archive         401        404        404        404        404        404        404        404        401        401
POST …/invite          401        404        404        404        404        404        404        404        401        401
POST …/role            401        404        404        404        404        404        404        404        401        401
POST …/role back       401        404        404        404        404        404        404        404        401        401
POST …/remove          401        404        404        404        404        404        404        404        401        401
POST …/ban             401        404        404        404        404        404        404        404        401        401
POST …/unban           401        404        404        404        404        404        404        404        401        401
POST …/ban a moder.    401        404        404        404        404        404        404        404        401        401
POST …/ban the owner   401        404        404        404        404        404        404        404        401        401
POST …/add             401        404        404        404        404        404        404        404        401        401
POST …/uninvite        401        404        404        404        404        404        404        404        401        401
POST …/leave           401        404        404        404        404        404        404        404        401        401
";

/// One's own page, groups of one's own, the server's administration.
pub(super) const ELSEWHERE: &str = "
                       nobody     guest      account    admin      closed     revoked
GET /me                401        200        200        200        401        401
GET /settings          200        200        200        200        200        200
GET /groups            200        200        200        200        200        200
GET /admin             401        403        403        200        401        401
POST /me/name          401        303        303        303        401        401
POST /me/colour        401        303        303        303        401        401
POST /settings         303        303        303        303        303        303
POST /me/password      401        403        422        422        401        401
POST /groups/new       401        401        303        303        401        401
POST /groups/direct    401        401        303        303        401        401
POST /admin/settings   401        403        403        303        401        401
POST /admin/invite     401        403        403        200        401        401
POST /admin/uninvite   401        403        403        422        401        401
POST /admin/reset      401        403        403        200        401        401
POST /admin/admin      401        403        403        303        401        401
POST /admin/close      401        403        403        303        401        401
POST /admin/open       401        403        403        303        401        401
POST /admin/nonsense   401        403        403        404        401        401
POST /api/guests       201        201        201        201        201        201
POST /me/sessions/end  401        303        303        303        401        401
";
