package extract

import "strings"

// The kinds of phrases with which pages frame a text.
const (
	phNone = iota
	phMore
	phRelated
	phShare
	phSignup
	phTags
	phByline
	phRights
	phComments
	phConsent
	phLogin
	phPager
	phAdvert
	phDate
	phCredit
	phTool
	phTop
)

// phraseRule lists openings of blocks, separated by commas, in lower case without punctuation; "=" before one means
// that it is the whole block.
type phraseRule struct {
	kind     int
	openings string
}

// phraseRules are how pages in many languages frame their texts. An opening counts only in a short block.
var phraseRules = []phraseRule{
	{phMore, "read more,read the full,read full,continue reading,=more,learn more,=view more,=see more,=show more,view all,see all,show all,load more,click here to read,weiterlesen,mehr lesen,=mehr,mehr erfahren,=mehr anzeigen,alle anzeigen,lire la suite,en savoir plus,=voir plus,leer más,=ver más,saber más,seguir leyendo,leia mais,=ver mais,saiba mais,continue lendo,leggi tutto,=continua,continua a leggere,scopri di più,lees meer,lees verder,czytaj dalej,czytaj więcej,więcej,číst dále,читать далее,подробнее,читать полностью,devamını oku,la de weiter,続きを読む,もっと見る,阅读全文,查看更多,=更多,更多新闻,更多文章,更多精彩,더보기,läs mer,læs mere,les mer,lue lisää"},
	{phRelated, "lea también,lea más,=lea,lea,vea también,vea además,mire,mira,mira también,schon gelesen,mehr themen,weitere beiträge,mehr aus,auch auf,lesen sie,czytaj,zobacz,à voir,a voir,watch,also watch,also see,see more,read next,related,=see also,also read,read also,you may also like,you might also like,you might be interested,recommended,more from,more on,more in,more stories,more news,latest news,=latest,most read,most popular,popular posts,recent posts,recent articles,trending,top stories,dont miss,up next,further reading,keep reading,what to read next,mehr zum thema,mehr zu,lesen sie auch,auch interessant,das könnte,ähnliche,verwandte,weitere artikel,weitere meldungen,weitere nachrichten,weitere themen,meistgelesen,aktuelle,neueste,passend zum thema,zum thema,à lire aussi,lire aussi,a lire aussi,sur le même sujet,articles similaires,voir aussi,dans la même rubrique,les plus lus,à découvrir,a découvrir,te puede interesar,lea también,lee también,también te puede,artículos relacionados,noticias relacionadas,relacionadas,relacionados,más noticias,lo más leído,lo más visto,ver también,leia também,veja também,notícias relacionadas,mais lidas,leggi anche,potrebbe interessarti,articoli correlati,correlati,i più letti,vedi anche,lees ook,meer over,gerelateerd,zobacz też,zobacz także,czytaj też,czytaj także,polecane,powiązane,mohlo by vás,související,čtěte také,читайте также,по теме,смотрите также,похожие,читайте ещё,читати також,ilgili haberler,関連記事,=関連,=相关,相关阅读,相关新闻,相关报道,相关链接,相关推荐,相关文章,推荐阅读,延伸阅读,관련기사,관련,läs också,läs även,læs også,les også,lue myös,διαβάστε επίσης,citește și,citeste si"},
	{phShare, "=share,share this,share on,share via,=tweet,share article,share the,=facebook,=twitter,=whatsapp,=linkedin,=pinterest,=telegram,=reddit,=copy link,link copied,follow us,follow on,=follow,like us,join us on,teilen,artikel teilen,auf facebook,auf twitter,folgen sie uns,=folgen,=merken,partager,partagez,suivez nous,compartir,comparte,=comparte,síguenos,siguenos,condividi,seguici,compartilh,siga nos,=delen,deel dit,deel,volg ons,udostępnij,podziel się,sdílet,поделиться,paylaş,シェア,分享,分享到,공유,=dela,=del,jaa"},
	{phSignup, "subscribe,sign up,join our,get the latest,get our,stay up to date,stay informed,newsletter,our newsletter,email address,enter your email,your email,thank you for signing up,thanks for signing up,thank you for subscribing,never miss,get updates,receive,become a member,donate,support us,support our,jetzt abonnieren,abonnieren,newsletter abonnieren,melden sie sich,jetzt anmelden,bleiben sie,inscrivez vous,abonnez vous,sabonner,recevez,suscríbete,suscribirse,suscribete,regístrate,inscreva se,assine,receba,iscriviti,abbonati,ricevi,schrijf je in,meld je aan,zapisz się,przihlaste,подпишитесь,подписаться,订阅,登録,구독,prenumerera,tilmeld"},
	{phTags, "=tags,tags,=topics,topics in,=topic,=categories,category,categories,filed under,tagged,posted in,more about,keywords,schlagwörter,schlagworte,themen,=thema,kategorie,kategorien,stichworte,stichwörter,mots clés,=thèmes,catégorie,catégories,étiquettes,etiquetas,temas,=tema,categoría,categorías,palabras clave,tópicos,categoria,categorias,palavras chave,argomenti,tag,categorie,parole chiave,trefwoorden,onderwerpen,tagi,kategoria,štítky,теги,тэги,метки,рубрика,рубрики,темы,etiketler,タグ,カテゴリ,标签,分类,关键词,태그,taggar,emneord"},
	{phByline, "by,written by,posted by,author,about the author,view all posts by,reporting by,editing by,von,autor,autorin,par,auteur,por,escrito por,di,autore,door,autor,автор,作者,文,著者,글,av,af,text von,ein beitrag von,ein artikel von"},
	{phRights, "copyright,all rights reserved,alle rechte,tous droits,todos los derechos,todos os direitos,tutti i diritti,alle rechten,wszelkie prawa,všechna práva,все права,tüm hakları,版权,版权所有,転載,저작권,terms of use,terms of service,terms and conditions,terms conditions,privacy policy,datenschutz,impressum,mentions légales,política de privacidad,privacy,cookie policy,nutzungsbedingungen,agb,contact us"},
	{phComments, "=comments,comments,=comment,leave a comment,leave a reply,post a comment,add a comment,add comment,no comments,join the discussion,join the conversation,view comments,show comments,write a comment,your email address will not be published,kommentare,kommentar,kommentieren,schreiben sie einen kommentar,schreibe einen kommentar,diskutieren,commentaires,commentaire,laisser un commentaire,comentarios,comentario,deja un comentario,comentários,deixe um comentário,commenti,lascia un commento,reacties,reageer,komentarze,skomentuj,komentáře,diskuze,комментарии,комментировать,оставить комментарий,yorumlar,yorum,コメント,评论,发表评论,댓글,kommentarer,reply,1 comment,2 comments,3 comments,0 comments"},
	{phConsent, "we use cookies,this site uses cookies,this website uses cookies,by continuing,we value your privacy,we and our partners,accept all,accept cookies,manage cookies,cookie settings,=accept,=i agree,your privacy,diese website verwendet cookies,diese seite verwendet cookies,wir verwenden cookies,wir nutzen cookies,alle akzeptieren,cookies,ce site utilise des cookies,nous utilisons des cookies,tout accepter,este sitio utiliza cookies,utilizamos cookies,usamos cookies,aceptar,este site utiliza cookies,aceitar,questo sito utilizza,utilizziamo i cookie,accetta,deze website gebruikt,wij gebruiken cookies,ta strona używa,strona korzysta z plików,tento web používá,мы используем cookie,этот сайт использует,bu site çerez,当サイトでは,当サイトはcookie,我们使用cookie,本网站使用"},
	{phLogin, "log in,login,sign in,already a subscriber,already have an account,create an account,register,forgot your password,please log in,you must be logged in,anmelden,einloggen,registrieren,bitte loggen,bitte melden,se connecter,connexion,connectez vous,iniciar sesión,inicia sesión,acceder,fazer login,entrar,accedi,inloggen,zaloguj,přihlásit,войти,вход,giriş yap,ログイン,登录,로그인,logga in,log ind"},
	{phPager, "previous article,next article,previous post,next post,=previous,=next,=prev,older posts,newer posts,previous,next story,back to,=back,return to,vorheriger,nächster,vorherige,nächste,=zurück,zurück zur,zurück zum,=weiter,zur übersicht,article précédent,article suivant,précédent,suivant,=retour,retour à,anterior,siguiente,artículo anterior,artículo siguiente,=volver,volver a,próximo,=voltar,precedente,successivo,articolo precedente,articolo successivo,=indietro,torna,vorige,volgende,=terug,terug naar,poprzedni,następny,předchozí,další,предыдущая,следующая,назад,önceki,sonraki,前の記事,次の記事,前へ,次へ,上一篇,下一篇,上一页,下一页,이전,다음,föregående,nästa,forrige,næste"},
	{phAdvert, "=advertisement,advertisement,=ad,=ads,=sponsored,sponsored,advertise,article continues below,story continues below,anzeige,werbung,publicité,publicidad,anuncio,publicidade,continua após,pubblicità,advertentie,reklama,реклама,reklam,=広告,=广告,=광고,annons,annonse"},
	{phDate, "published,posted on,updated,last updated,last modified,date,first published,created,modified,veröffentlicht,stand,aktualisiert,publié,mis à jour,modifié,publicado,actualizado,atualizado,pubblicato,aggiornato,gepubliceerd,bijgewerkt,opublikowano,data publikacji,aktualizacja,publikováno,опубликовано,обновлено,yayınlanma,güncelleme,公開日,投稿日,更新日,发布时间,发表于,更新时间,时间,日期,등록,입력,수정,publicerad,uppdaterad,offentliggjort,julkaistu,min read,minute read,reading time,lesezeit,temps de lecture,tiempo de lectura,tempo de leitura,tempo di lettura"},
	{phCredit, "photo,photos,image,image credit,photo credit,photo by,picture,credit,source,foto,fotos,bild,bildquelle,bildnachweis,quelle,crédit,crédits,crédito,imagen,fonte,fuente,źródło,zdroj,фото,источник,写真,来源,图片,사진,getty images,shutterstock"},
	{phTool, "=print,print this,=email,email this,=save,=download,=search,=menu,=close,=open,=edit,=report,=listen,listen to this,font size,=pdf,edit this page,was this,was this page helpful,did you find,drucken,=seite drucken,=suche,=schließen,=vorlesen,artikel drucken,imprimer,=fermer,=rechercher,écouter,imprimir,=buscar,=cerrar,=fechar,escuchar,stampa,=cerca,=chiudi,ascolta,afdrukken,drukuj,=szukaj,vytisknout,=поиск,=закрыть,распечатать,yazdır,印刷,検索,打印,=loading,loading,error,=ok,=yes,=no,skip to,toggle,rate this,view cart,add to cart,add to basket,in den warenkorb,ajouter au panier,añadir al carrito,=home,=startseite,=accueil,=inicio,you are here,sie sind hier,choose your,select your,change language,share your"},
	{phTop, "=top,back to top,=to top,nach oben,zum seitenanfang,haut de page,retour en haut,volver arriba,ir arriba,torna su,naar boven,do góry,nahoru,наверх,yukarı,ページトップ,返回顶部,回到顶部,맨 위로"},
}

// opening is what the words of a rule, or the first of them, say.
type opening struct {
	kind  int
	whole bool // the rule is for whole blocks
	ends  bool // a rule ends here
	more  bool // and longer ones begin like this
}

// phrases looks openings and their beginnings up by their words.
var phrases = func() map[string]opening {
	m := make(map[string]opening)
	for _, r := range phraseRules {
		for o := range strings.SplitSeq(r.openings, ",") {
			whole := strings.HasPrefix(o, "=")
			k := key(strings.TrimPrefix(o, "="))
			if k == "" || m[k].ends {
				continue
			}
			m[k] = opening{r.kind, whole, true, m[k].more}
			for i := range len(k) {
				if k[i] == ' ' {
					first := m[k[:i]]
					first.more = true
					m[k[:i]] = first
				}
			}
		}
	}
	return m
}()

// phrase is the kind of phrase with which a short block opens.
func phrase(s string) int {
	whole := len(s) <= 90
	var room [128]byte
	open, n, found, last := room[:0], 0, opening{}, 0
	ws := words{text: clip(s, 90)}
	for w := ws.next(); w != nil; w = ws.next() {
		if n++; n > 8 {
			break
		}
		if n > 1 {
			open = append(open, ' ')
		}
		open = append(open, w...)
		o := phrases[string(open)]
		if o.ends {
			if o.whole {
				last = n
			}
			if !o.whole || whole {
				found = o
			}
		}
		if !o.more {
			if ws.next() != nil {
				n++ // the block goes on: a rule for whole blocks has not been met
			}
			break
		}
	}
	if found.whole && last != n {
		return phNone
	}
	return found.kind
}
